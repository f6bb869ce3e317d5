import { createHmac, timingSafeEqual } from "node:crypto";

/** `body` is a Buffer; Node writes the names of headers in lower case. */
export function isGenuine(headers, body, secret) {
  const timestamp = headers["x-webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const digest = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
  const [wanted, given] = [`sha256=${digest}`, headers["x-webhook-signature"]].map((text) => Buffer.from(text));
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
