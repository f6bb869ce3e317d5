require "openssl"

def genuine?(timestamp, signature, body, secret)
  return false if (Time.now.to_i - timestamp.to_i).abs > 300

  digest = OpenSSL::HMAC.hexdigest("SHA256", secret, "#{timestamp}.#{body}")
  OpenSSL.secure_compare("sha256=#{digest}", signature)
end
