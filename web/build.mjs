// Builds the pages: `node build.mjs OUT`. Every asset's name carries a hash of its content, so that it may be cached for ever;
// the two pages name the assets and are read anew each time. Nothing in the result is fetched from another host.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
const out = process.argv[2] ?? join(here, "dist");
const assets = join(out, "assets");
const BUNDLED = ["preact", "@preact/signals", "@preact/signals-core", "wavesurfer.js"];
const SMALLEST_COMPRESSED_BYTES = 1024;

const result = await build({
  entryPoints: { studio: join(here, "src/main.tsx"), reference: join(here, "src/reference.ts") },
  outdir: assets,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none", // the licences stand whole in licences.txt
  metafile: true,
  logLevel: "warning",
});

const made = {};
for (const [file, about] of Object.entries(result.metafile.outputs)) {
  if (about.entryPoint === undefined) continue;
  made[basename(about.entryPoint)] = { script: basename(file), style: about.cssBundle && basename(about.cssBundle) };
}
const icon = await readFile(join(here, "src/icon.svg"));
const iconName = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
await mkdir(assets, { recursive: true });
await writeFile(join(assets, iconName), icon);

for (const [page, entry] of [["index.html", "main.tsx"], ["reference.html", "reference.ts"]]) {
  const html = (await readFile(join(here, "src", page), "utf8"))
    .replaceAll("{{script}}", `/assets/${made[entry].script}`)
    .replaceAll("{{style}}", `/assets/${made[entry].style}`)
    .replaceAll("{{icon}}", `/assets/${iconName}`);
  await writeFile(join(out, page), html);
}

const notices = [];
for (const name of BUNDLED) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const texts = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)|bundle\.js\.license/i.test(file)).sort();
  notices.push(`${name} ${about.version} (${about.license})\n`);
  for (const file of texts) notices.push(await readFile(join(folder, file), "utf8"));
}
await writeFile(join(out, "licences.txt"), notices.join("\n") + "\n");

for (const file of await readdir(assets)) {
  const body = await readFile(join(assets, file));
  if (body.length >= SMALLEST_COMPRESSED_BYTES) await writeFile(join(assets, `${file}.gz`), gzipSync(body, { level: 9 }));
}
