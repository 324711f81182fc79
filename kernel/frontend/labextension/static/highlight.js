// What each piece of a script or of a notebook's cell is, for the eye.
//
// Scripts are tagged as `highlight` of the grammar crate tags them. Cells hold more: commands, questions, and Rust.

import grammar from "./grammar.js";
import { lex } from "./lexer.js";
import { Reader } from "./reader.js";

// The tags of a script: `{start, end, tag}` for everything but blanks, in order.
export function highlightScript(source) {
  const tokens = lex(source);
  const reader = new Reader(tokens);
  const words = new Map();
  for (const { token, tag, isLone } of reader.script()) words.set(token.start, { tag, isLone });
  return tokens.map(({ kind, text, start, end }) => {
    const word = words.get(start);
    if (!word) return { start, end, tag: reader.wrong.has(start) ? "error" : grammar.tags[kind] };
    return { start, end, tag: word.isLone && reader.names.has(text) ? "name" : word.tag };
  });
}

// The tags of a cell. Everything from the line after `%%rust` on is one piece with the tag `rust`.
export function highlightCell(source) {
  return rustCell(source) ?? question(source) ?? script(source);
}

const blanked = (text) => text.replace(/[^\n]/g, " ");

function rustCell(source) {
  const found = /^\s*%%rust(?=\s|$)[^\n]*\n?/.exec(source);
  if (!found) return undefined;
  const start = found[0].length;
  const tags = commandTags(found[0], 0);
  return start < source.length ? [...tags, { start, end: source.length, tag: "rust" }] : tags;
}

// `name?`, `name??` and `?name` on one line ask for help.
function question(source) {
  const [, before, word, after] = /^\s*(\?*)\s*(.*?)\s*(\?*)\s*$/s.exec(source);
  const isPhrase = word !== "" && !/[\n#"]/.test(word);
  if ((before === "" && after === "") || !isPhrase || /^%[^]*\s/.test(word)) return undefined;
  const start = source.indexOf(word, source.indexOf(before) + before.length);
  const end = start + word.length;
  const mark = (at, text) => (text === "" ? [] : [{ start: at, end: at + text.length, tag: "command" }]);
  return [...mark(source.indexOf(before), before), ...asked(word, start), ...mark(source.indexOf(after, end), after)];
}

// What a question is about is tagged as in `help verb method`.
function asked(word, offset) {
  if (word.startsWith("%")) return [{ start: offset, end: offset + word.length, tag: "command" }];
  const help = "help ";
  const tags = highlightScript(help + word).slice(1);
  const shift = offset - help.length;
  return tags.map(({ start, end, tag }) => ({ start: start + shift, end: end + shift, tag }));
}

// Code, and lines that begin with `%`.
function script(source) {
  const commands = [];
  let code = "";
  for (const line of source.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const timed = /^\s*%?%time(?=\s|$)/.exec(line);
    const command = timed ? timed[0] : /^\s*%/.test(line) ? line : "";
    commands.push(...commandTags(command, code.length));
    code += blanked(command) + line.slice(command.length);
  }
  return [...highlightScript(code), ...commands].sort((a, b) => a.start - b.start);
}

// The words of a command, and the comment behind it.
function commandTags(line, offset) {
  const behind = line.indexOf(" #");
  const words = behind < 0 ? line : line.slice(0, behind);
  const tags = [...words.matchAll(/\S+/g)].map((found, index) => {
    const start = offset + found.index;
    return { start, end: start + found[0].length, tag: index === 0 ? "command" : "word" };
  });
  if (behind < 0) return tags;
  const comment = line.slice(behind + 1).trimEnd();
  return [...tags, { start: offset + behind + 1, end: offset + behind + 1 + comment.length, tag: "comment" }];
}
