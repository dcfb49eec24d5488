// A peer in Node: verifies each token it reads, one a line, through the key set at a URL.
// For each it writes a line of JSON: the payload, or the code of jose's error.
// Usage: node verify.mjs JWKS_URL ISSUER AUDIENCE
import { createInterface } from "node:readline";
import { createRemoteJWKSet, jwtVerify } from "jose";

const [url, issuer, audience] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(url), { cooldownDuration: 0 });
const expected = { issuer, audience, algorithms: ["RS256"], typ: "JWT" };

for await (const token of createInterface({ input: process.stdin })) {
  try {
    const { payload } = await jwtVerify(token, keys, expected);
    console.log(JSON.stringify({ payload }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.code ?? String(error) }));
  }
}
