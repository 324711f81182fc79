// Live figures: a renderer for Plotly's MIME type that needs no network.
//
// plotly.js lies beside this file and is loaded with the first figure. Where Plotly's own extension is installed, that
// one draws: JupyterLab uses the renderer that was registered last, and this one leaves an earlier one alone.

import { inTheme } from "./theme.js";

const MIME = "application/vnd.plotly.v1+json";

// Before pictures: a figure comes with one, for where nothing draws it live.
const RANK = 1;

export async function figures(packageOf) {
  const [{ IRenderMimeRegistry }, { Widget }] = await Promise.all([
    packageOf("@jupyterlab/rendermime"),
    packageOf("@lumino/widgets"),
  ]);
  const Figure = figureClass(Widget);
  return {
    id: "grn:figures",
    description: "Live figures without a network.",
    autoStart: true,
    requires: [IRenderMimeRegistry],
    activate: (_app, renderers) => {
      if (renderers.getFactory(MIME)) return;
      const factory = { safe: true, mimeTypes: [MIME], createRenderer: (options) => new Figure(options) };
      renderers.addFactory(factory, RANK);
    },
  };
}

let loading;

// plotly.js, loaded once. A load that failed is tried again with the next figure. It makes itself a global name, which
// may be in use by the output of another cell.
function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly.min.js", import.meta.url).href;
    const before = window.Plotly;
    script.onload = () => {
      resolve(window.Plotly);
      window.Plotly = before ?? window.Plotly;
    };
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error("plotly.js can't be loaded; `grn-kernel install` writes it"));
    };
    document.head.append(script);
  });
  return loading;
}

function figureClass(Widget) {
  return class Figure extends Widget {
    constructor(options) {
      super();
      this.addClass("grn-figure");
      this.mimeType = options.mimeType;
      this.drawn = Promise.resolve();
      this.resized = new ResizeObserver(() => this.resize());
      this.themed = new MutationObserver(() => this.draw());
    }

    // The same output may be rendered again with new data: what was zoomed stays so.
    renderModel(model) {
      this.figure = model.data[this.mimeType];
      return this.draw();
    }

    onAfterAttach() {
      this.resized.observe(this.node);
      this.themed.observe(document.body, { attributeFilter: ["data-jp-theme-name"] });
      this.draw();
    }

    onBeforeDetach() {
      this.resized.disconnect();
      this.themed.disconnect();
    }

    dispose() {
      if (this.isDisposed) return;
      this.resized.disconnect();
      this.themed.disconnect();
      this.plotly?.purge(this.node);
      super.dispose();
    }

    // Draws after what is being drawn, since plotly.js must not be called twice at once.
    draw() {
      this.drawn = this.drawn.then(() => this.drawNow()).catch((error) => this.tell(error));
      return this.drawn;
    }

    async drawNow() {
      const library = await plotly();
      if (this.isDisposed || !this.isAttached || !this.figure) return;
      this.plotly = library;
      const { data, layout, config, frames } = inTheme(structuredClone(this.figure), this.node);
      // The cell's width changes without the window's.
      await library.react(this.node, data, { ...layout, uirevision: "kept" }, { ...config, responsive: false });
      if (frames?.length && !this.isDisposed) await library.addFrames(this.node, frames);
    }

    resize() {
      if (this.plotly && !this.isDisposed && this.node.offsetWidth > 0) this.plotly.Plots.resize(this.node);
    }

    tell(error) {
      if (!this.isDisposed) this.node.textContent = `The figure can't be drawn: ${error.message}`;
    }
  };
}
