// The tokens of a script, and where in them a reader is.

import grammar from "./grammar.js";

export class Cursor {
  constructor(tokens) {
    this.tokens = significant(tokens);
    this.at = 0;
    // Where the tokens start that a message would stand at.
    this.wrong = new Set();
  }

  // Looking ahead

  peek() {
    return this.tokens[this.at];
  }

  // The kind of the token `ahead` of the next one, if it is on the next one's line.
  beyond(ahead) {
    const between = this.tokens.slice(this.at + 1, this.at + ahead + 1);
    return between.length === ahead && between.every((token) => token.breaks === 0) ? between.at(-1).kind : undefined;
  }

  inStatement() {
    const token = this.peek();
    return token && (token.breaks === 0 || token.kind === "pipe") ? token : undefined;
  }

  inStage() {
    const token = this.inStatement();
    return token && token.kind !== "pipe" ? token : undefined;
  }

  atArgument() {
    return this.peek()?.kind === "word" && this.beyond(1) === "equals";
  }

  // The keyword that the next token is; a word before `|` is the name of a pipeline, whatever it is.
  keyword() {
    const token = this.peek();
    const isWord = token?.kind === "word" && this.tokens[this.at + 1]?.kind !== "pipe";
    return isWord && grammar.keywords.includes(token.text) ? token.text : undefined;
  }

  report(token) {
    if (token) this.wrong.add(token.start);
  }

  // Skipping

  skipStatement() {
    while (this.inStatement()) this.skipOne();
    return undefined;
  }

  skipStage() {
    while (this.inStage()) this.skipOne();
  }

  skipToArgument() {
    while (this.inStage() && !this.atArgument()) this.skipOne();
  }

  skipOne() {
    if (this.peek().kind === "open") this.skipGroup();
    else this.at += 1;
  }

  // A bracketed group of any depth; one that is never closed ends at `|` or where a new line can't go on.
  skipGroup() {
    let depth = 0;
    for (let token = this.peek(); token; token = this.peek()) {
      if (token.kind === "pipe") return;
      if (token.kind === "open") depth += 1;
      else if (token.kind === "close") depth -= 1;
      else if (token.kind !== "comma" && token.breaks > 0 && !this.wantsMore()) return;
      this.at += 1;
      if (depth <= 0) return;
    }
  }

  wantsMore() {
    return ["comma", "colon", "open"].includes(this.tokens[this.at - 1]?.kind);
  }
}

// The tokens without comments; their line breaks go to the token after them.
function significant(tokens) {
  let breaks = 0;
  const kept = [];
  for (const token of tokens) {
    breaks += token.breaks;
    if (token.kind === "comment") continue;
    kept.push({ ...token, breaks });
    breaks = 0;
  }
  return kept;
}
