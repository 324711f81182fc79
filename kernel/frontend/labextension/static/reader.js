// What part each word of a script plays: the `parser` of the grammar crate without its messages.
//
// Every function reads what its Rust namesake reads, also from broken text. It gives the parts of the words in it, or
// nothing where it is not understood; a part is a token and its tag. What a message would stand at is in `wrong`.

import grammar from "./grammar.js";

const VALUES = ["integer", "float", "text", "open", "invalid"];
const WORDS = ["word", "integer", "float", "text", "invalid"];

const part = (token, tag) => [{ token, tag }];

export class Reader {
  constructor(tokens) {
    this.tokens = significant(tokens);
    this.at = 0;
    this.wrong = new Set();
    this.names = new Set();
  }

  // The parts of a whole text.
  script() {
    const parts = [];
    while (this.peek()) {
      const before = this.at;
      parts.push(...(this.statement(this.peek()) ?? []));
      this.endStatement();
      if (this.at === before) this.at += 1;
    }
    return parts;
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

  // Statements

  statement(first) {
    const keyword = this.keyword();
    if (!keyword) return this.atArgument() ? this.bindingWithoutLet(first) : this.pipeline();
    this.at += 1;
    const parts = {
      let: () => this.binding(),
      use: () => this.pipelineOfStatement(),
      explain: () => this.pipelineOfStatement(),
      set: () => (this.inStage() ? this.argumentList() : undefined),
      help: () => this.help(),
    }[keyword]();
    return parts && [...part(first, "keyword"), ...parts];
  }

  binding() {
    const token = this.inStage();
    const name = token?.kind === "word" ? token : undefined;
    if (name || token?.kind === "invalid") this.at += 1;
    else this.report(this.inStatement());
    if (this.inStage()?.kind === "equals") {
      this.at += 1;
    } else if (!name) {
      return this.skipStatement();
    } else {
      this.report(this.inStatement());
      if (!this.inStage()) return this.skipStatement();
    }
    return this.bound(name);
  }

  // `name = pipeline`: understood, but not the language.
  bindingWithoutLet(first) {
    this.report(first);
    if (this.beyond(2) !== "word") {
      this.at += 1;
      return this.skipStatement();
    }
    this.at += 2;
    return this.bound(first);
  }

  bound(name) {
    const pipeline = this.pipelineOfStatement();
    if (!pipeline || !name) return undefined;
    this.names.add(name.text);
    return [...part(name, "name"), ...pipeline];
  }

  pipelineOfStatement() {
    return this.inStatement() ? this.pipeline() : undefined;
  }

  help() {
    const parts = [];
    for (const tag of ["verb", "method"]) {
      if (this.inStage()?.kind !== "word") break;
      parts.push(...part(this.peek(), tag));
      this.at += 1;
    }
    return parts;
  }

  endStatement() {
    const token = this.inStatement();
    if (token && token.kind !== "invalid") this.report(token);
    this.skipStatement();
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

  // Pipelines

  pipeline() {
    const stages = [];
    if (this.peek()?.kind === "pipe") {
      this.report(this.peek());
      this.at += 1;
      if (!this.inStatement()) return undefined;
    }
    for (;;) {
      const token = this.peek();
      if (token && token.kind !== "pipe") {
        const stage = this.stage(stages.length === 0);
        if (stage) stages.push(stage);
      }
      const pipe = this.inStatement();
      if (pipe?.kind !== "pipe") break;
      this.at += 1;
      if (!this.stageFollows(pipe)) break;
    }
    return stages.length > 0 ? stages.flat() : undefined;
  }

  stageFollows(pipe) {
    const next = this.peek();
    if (next?.breaks === 0) {
      if (next.kind === "pipe") this.report(next);
      return true;
    }
    this.report(pipe);
    return next !== undefined && this.goesOn(next);
  }

  // After a `|` at the end of a line: whether the next line is meant to go on with the pipeline.
  goesOn(next) {
    const isStatement = this.keyword() !== undefined || this.beyond(1) === "equals";
    return next.kind === "pipe" || (next.kind === "word" && next.breaks === 1 && !isStatement);
  }

  stage(isFirst) {
    const verb = this.peek();
    if (verb.kind !== "word") {
      if (verb.kind !== "invalid") this.report(verb);
      this.skipOne();
      this.skipStage();
      return undefined;
    }
    this.at += 1;
    const more = [...this.method(), ...this.argumentList()];
    // On its own it may be the name of a pipeline, also of one that is bound below.
    const isLone = isFirst && more.length === 0;
    return [{ token: verb, tag: "verb", isLone }, ...more];
  }

  method() {
    const token = this.inStage();
    if (token?.kind === "word" && !["equals", "colon"].includes(this.beyond(1))) {
      this.at += 1;
      return part(token, "method");
    }
    if (token?.kind === "invalid") this.at += 1;
    if (token?.kind === "open" && token.text === "[") return this.methodList();
    return [];
  }

  methodList() {
    const items = this.value()?.items ?? [];
    for (const item of items) {
      if (item.kind !== "name" && item.token) this.report(item.token);
    }
    return items.filter((item) => item.kind === "name").flatMap((item) => part(item.token, "method"));
  }

  argumentList() {
    const parts = [];
    for (let token = this.inStage(); token; token = this.inStage()) {
      if (token.kind === "word") {
        parts.push(...(this.argument(token) ?? []));
      } else if (token.kind === "invalid") {
        this.at += 1;
      } else {
        this.report(token);
        this.skipOne();
        if (token.kind !== "comma") this.skipToArgument();
      }
    }
    return parts;
  }

  argument(key) {
    const next = this.beyond(1);
    this.at += 1;
    if (next === "colon") this.report(this.peek());
    if (next === "equals" || next === "colon") {
      this.at += 1;
    } else {
      this.report(key);
      if (!VALUES.includes(next)) return undefined;
    }
    const value = this.argumentValue();
    return value && [...part(key, "parameter"), ...value.parts];
  }

  argumentValue() {
    if (this.inStage()?.kind === "equals") this.report(this.peek());
    while (this.inStage()?.kind === "equals") this.at += 1;
    if (!this.inStage() || this.atArgument()) return undefined;
    return this.value();
  }

  // Values: their kind, the parts of the words in them, the token of a single one, and the items of a list

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
