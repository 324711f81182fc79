// Values: what the parser's `value` and `group` read.
//
// A value is its kind, the parts of the words in it, the token of a single one, and the items of a bracketed one.

import { Cursor } from "./cursor.js";
import grammar from "./grammar.js";

const WORDS = ["word", "integer", "float", "text", "invalid"];

// A token with its tag.
export const part = (token, tag) => [{ token, tag }];

export class Values extends Cursor {
  // A value directly inside `outer`, an opening bracket or nothing.
  value(outer = "") {
    const token = this.peek();
    if (!token) return undefined;
    if (token.kind === "open" && !grammar.nesting[outer].includes(token.text)) {
      this.report(token);
      this.skipGroup();
      return undefined;
    }
    const value = token.kind === "open" ? this.group(token) : this.atom(token);
    if (!value) return undefined;
    return this.rangeFollows() ? this.range(value, outer) : value;
  }

  rangeFollows() {
    const token = this.peek();
    return token?.kind === "range" && token.breaks === 0;
  }

  atom(token) {
    this.at += 1;
    if (["integer", "float", "text"].includes(token.kind)) return { kind: token.kind, token, parts: [] };
    if (token.kind === "word") {
      const kind = grammar.booleans.includes(token.text) ? "boolean" : "name";
      return { kind, token, parts: part(token, kind) };
    }
    if (token.kind !== "invalid") this.report(token);
    if (token.kind === "range") this.skipWord();
    if (["invalid", "range"].includes(token.kind)) this.skipRangeEnd();
    return undefined;
  }

  // What follows `first`, once `..` is next.
  range(first, outer) {
    this.at += 1;
    const last = this.peek()?.breaks === 0 ? this.peek().kind : undefined;
    this.skipWord();
    const goesOn = this.rangeFollows();
    this.skipRangeEnd();
    const isRange = first.kind === "integer" && last === "integer" && !goesOn && outer === "";
    return isRange ? { kind: "range", parts: [] } : undefined;
  }

  skipRangeEnd() {
    while (this.rangeFollows()) {
      this.at += 1;
      this.skipWord();
    }
  }

  skipWord() {
    const token = this.peek();
    if (token?.breaks === 0 && WORDS.includes(token.kind) && this.beyond(1) !== "equals") this.at += 1;
  }

  // Values in brackets

  group(open) {
    this.at += 1;
    const item = open.text === "{" ? () => this.entry() : () => this.value(open.text);
    const items = this.items(open, item);
    if (items.length === 0) return undefined;
    return { kind: open.text, items, parts: items.flatMap((item) => item.parts) };
  }

  // `2: 80`
  entry() {
    const key = this.peek();
    const isSize = key.kind === "integer";
    if (!isSize && key.kind !== "invalid") this.report(key);
    this.skipOne();
    const sign = this.peek();
    if (!sign || sign.kind === "pipe") return undefined;
    if (sign.kind === "equals") this.report(this.inStatement());
    if (sign.kind !== "colon" && sign.kind !== "equals") {
      if (isSize) this.report(this.inStatement());
      return undefined;
    }
    this.at += 1;
    const next = this.peek();
    if (!next || next.kind === "pipe") return undefined;
    if (next.kind === "comma" || next.kind === "close") {
      this.report(this.inStatement());
      return undefined;
    }
    const value = this.value("{");
    return isSize ? value : undefined;
  }

  // Items up to the closing bracket, which is read.
  items(open, item) {
    const items = [];
    let isSeparated = true;
    for (let token = this.peek(); token; token = this.peek()) {
      if (token.kind === "close") {
        if (grammar.brackets[open.text] !== token.text) this.report(token);
        this.at += 1;
        return items;
      }
      if (token.kind === "comma") {
        if (isSeparated) this.report(token);
        this.at += 1;
        isSeparated = true;
        continue;
      }
      if (this.leavesGroup(token, isSeparated)) break;
      if (!isSeparated && token.kind !== "invalid" && this.tokens[this.at - 1].kind !== "invalid") this.report(token);
      isSeparated = this.atArgument();
      if (isSeparated) {
        this.report(token);
        this.at += 2;
        continue;
      }
      const before = this.at;
      const value = item();
      if (value) items.push(value);
      if (this.at === before) this.at += 1;
    }
    this.report(open);
    return items;
  }

  // Whether `token` can't belong to an open group, so that its closing bracket must be missing.
  leavesGroup(token, isSeparated) {
    const isArgument = this.atArgument() && (token.breaks > 0 || !this.closesAhead(2));
    const isNewLine = token.breaks > 0 && !isSeparated && !this.closesAhead(0);
    return token.kind === "pipe" || isArgument || isNewLine;
  }

  // Whether a closing bracket comes before any sign of a new statement or stage.
  closesAhead(skipped) {
    const start = this.at + skipped;
    const ahead = this.tokens.slice(start, start + grammar.lookAhead);
    const sign = ahead.find((token) => ["close", "pipe", "equals", "open"].includes(token.kind));
    return sign?.kind === "close";
  }
}
