// Text to tokens, as the `lexer` of the grammar crate cuts it. Everything that names characters comes from grammar.js.

import grammar from "./grammar.js";

// `41-5a 61-7a aa` as the inside of a character class.
function characterClass(ranges) {
  const character = (code) => `\\u{${code}}`;
  return ranges
    .split(" ")
    .map((range) => range.split("-").map(character).join("-"))
    .join("");
}

const CLASSES = Object.entries(grammar.characters).map(([name, ranges]) => [`{${name}}`, characterClass(ranges)]);

function pattern(name, flags) {
  const source = CLASSES.reduce((text, [name, inside]) => text.replaceAll(name, inside), grammar.patterns[name]);
  return new RegExp(source, flags);
}

const whole = (name) => new RegExp(`^(?:${pattern(name, "u").source})$`, "u");

const PIECES = ["break", "blank", "comment", "text", "sign", "chunk"].map((name) => [name, pattern(name, "uy")]);
const NAME = whole("name");
const INTEGER = whole("integer");
const FLOAT = whole("float");
const TEXT = whole("wellFormedText");
const BLANK_END = new RegExp(`(?:${pattern("blank", "u").source})$`, "u");
const [SMALLEST, LARGEST] = grammar.integers.map(BigInt);

// The kind of the token that the whole of `text` is, or nothing.
function classify(text) {
  if (NAME.test(text)) return "word";
  if (INTEGER.test(text)) {
    const number = BigInt(text);
    return SMALLEST <= number && number <= LARGEST ? "integer" : "invalid";
  }
  if (FLOAT.test(text)) return Number.isFinite(Number(text)) ? "float" : "invalid";
  return undefined;
}

// A name, a number, or several around `..`; anything else is invalid as a whole.
function chunk(text) {
  const parts = text.split("..");
  if (parts.length === 1 || !parts.every((part) => part === "" || classify(part))) {
    return [[classify(text) ?? "invalid", text]];
  }
  const range = ["range", ".."];
  const words = parts.map((part) => (part === "" ? [] : [[classify(part), part]]));
  return words.flatMap((word, index) => (index === 0 ? word : [range, ...word]));
}

function tokensOf(piece, text) {
  switch (piece) {
    case "comment":
      return [["comment", text.replace(BLANK_END, "")]];
    case "text":
      return [[TEXT.test(text) ? "text" : "invalid", text.replace(/\r+$/, "")]];
    case "sign":
      return [[grammar.signs[text], text]];
    case "chunk":
      return chunk(text);
    default:
      return [];
  }
}

// Every token of `source` with its kind, its text, its place, and the number of line breaks before it.
export function lex(source) {
  const tokens = [];
  let breaks = 0;
  let at = source.startsWith("\ufeff") ? 1 : 0;
  while (at < source.length) {
    const [piece, text] = pieceAt(source, at);
    let start = at;
    for (const [kind, tokenText] of tokensOf(piece, text)) {
      tokens.push({ kind, text: tokenText, start, end: start + tokenText.length, breaks });
      start += tokenText.length;
      // What follows a semicolon counts as a new line.
      breaks = tokenText === ";" ? 1 : 0;
    }
    if (piece === "break") breaks += 1;
    at += text.length;
  }
  return tokens;
}

function pieceAt(source, at) {
  for (const [name, expression] of PIECES) {
    expression.lastIndex = at;
    const found = expression.exec(source);
    if (found) return [name, found[0]];
  }
  return ["chunk", String.fromCodePoint(source.codePointAt(at))];
}
