// The language in editors: cells, files that end with `.grn`, and ```grn in Markdown.

import { highlightCell } from "./highlight.js";

const MIME = "text/x-grn";

export async function language(packageOf) {
  const { IEditorLanguageRegistry } = await packageOf("@jupyterlab/codemirror");
  return {
    id: "grn:language",
    description: "Colours for grn.",
    autoStart: true,
    requires: [IEditorLanguageRegistry],
    activate: (app, languages) => {
      app.docRegistry.addFileType({
        name: "grn",
        displayName: "grn script",
        extensions: [".grn"],
        mimeTypes: [MIME],
        contentType: "file",
        fileFormat: "text",
      });
      languages.addLanguage({
        name: "grn",
        displayName: "grn",
        mime: MIME,
        extensions: ["grn"],
        load: () => support(packageOf, languages),
      });
    },
  };
}

async function support(packageOf, languages) {
  const [common, highlighting, codemirror, rust] = await Promise.all([
    packageOf("@lezer/common"),
    packageOf("@lezer/highlight"),
    packageOf("@codemirror/language"),
    rustParser(languages),
  ]);
  const data = codemirror.defineLanguageFacet({
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "[", "{", '"'] },
  });
  const types = nodeTypes(common, highlighting, codemirror.languageDataProp.add({ Script: data }));
  const parser = cellParser(common, types, rust);
  // JupyterLab's themes have no style of their own for what isn't understood.
  const style = codemirror.HighlightStyle.define([{ tag: highlighting.tags.invalid, color: "var(--jp-error-color1)" }]);
  const grn = new codemirror.Language(data, parser, [], "grn");
  return new codemirror.LanguageSupport(grn, codemirror.syntaxHighlighting(style));
}

// The parser of JupyterLab's Rust, for cells that begin with `%%rust`; nothing where it has none.
async function rustParser(languages) {
  try {
    const rust = await languages.getLanguage("rust");
    return rust?.support?.language.parser;
  } catch {
    return undefined;
  }
}

// A node type for each tag, and one for the whole.
function nodeTypes({ NodeType }, { styleTags, tags }, data) {
  const styles = styleTags({
    keyword: tags.keyword,
    verb: tags.standard(tags.variableName),
    method: tags.definition(tags.variableName),
    parameter: tags.propertyName,
    number: tags.number,
    string: tags.string,
    boolean: tags.bool,
    operator: tags.operator,
    punctuation: tags.punctuation,
    comment: tags.comment,
    name: tags.variableName,
    error: tags.invalid,
    command: tags.meta,
    word: tags.content,
  });
  const names = ["keyword", "verb", "method", "parameter", "number", "string", "boolean", "operator", "punctuation"];
  const all = ["Script", ...names, "comment", "name", "error", "command", "word", "rust"];
  const define = (name, id) => NodeType.define({ id, name, top: id === 0, props: [styles, data] });
  return new Map(all.map((name, id) => [name, define(name, id)]));
}

// Scripts are short: the whole text is read whenever it changes, since a name may be bound beneath its use.
function cellParser({ Parser, Tree }, types, rust) {
  const nodeOf = ({ start, end, tag }, text) =>
    tag === "rust" && rust ? rust.parse(text.slice(start, end)) : new Tree(types.get(tag), [], [], end - start);

  class CellParse {
    constructor(input, ranges) {
      this.ranges = ranges;
      this.text = ranges.map(({ from, to }) => input.read(from, to)).join("");
      this.parsedPos = ranges[0].from;
      this.stoppedAt = null;
    }

    advance() {
      const [first, last] = [this.ranges[0], this.ranges.at(-1)];
      const place = placeIn(this.ranges);
      const pieces = highlightCell(this.text).filter(({ start, end }) => end > start);
      const children = pieces.map((piece) => nodeOf(piece, this.text));
      const positions = pieces.map(({ start }) => place(start) - first.from);
      this.parsedPos = last.to;
      return new Tree(types.get("Script"), children, positions, last.to - first.from);
    }

    stopAt(position) {
      this.stoppedAt = position;
    }
  }

  return new (class extends Parser {
    createParse(input, _fragments, ranges) {
      return new CellParse(input, ranges);
    }
  })();
}

// From a place in the joined text to one in the document: a block in a Markdown quotation has a `>` on every line.
function placeIn(ranges) {
  return (offset) => {
    let rest = offset;
    for (const { from, to } of ranges) {
      if (rest < to - from) return from + rest;
      rest -= to - from;
    }
    return ranges.at(-1).to;
  };
}
