// What part each word of a script plays: the `parser` of the grammar crate without its messages.
//
// Every function reads what its Rust namesake reads, also from broken text. It gives the parts of the words in it, or
// nothing where it is not understood.

import { Values, part } from "./values.js";

// What may stand after a key that lacks its `=`.
const VALUES = ["integer", "float", "text", "open", "invalid"];

export class Reader extends Values {
  // The names that the script binds.
  names = new Set();

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
}
