// The entry that JupyterLab loads: a module federation container, written by hand.
//
// JupyterLab calls `init` with the packages that it shares, then `get` with the name that package.json gives the
// extension. All other files are ES modules beside this one.

(() => {
  const here = document.currentScript.src;
  let shared;

  const extension = async () => {
    const { default: plugins } = await import(new URL("index.js", here).href);
    const exports = { __esModule: true, default: await plugins((name) => packageOf(shared, name)) };
    return () => exports;
  };

  // A shared package. JupyterLab's own copy is loaded already; one that another extension brings is not asked for.
  async function packageOf(scope, name) {
    const versions = Object.values(scope[name] ?? {});
    if (versions.length === 0) throw new Error(`grn: JupyterLab shares no ${name}`);
    const version = versions.find((candidate) => candidate.loaded) ?? versions[0];
    const factory = await version.get();
    return factory();
  }

  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB.grn = {
    init(scope) {
      shared = scope;
    },
    get(name) {
      return name === "./extension" ? extension() : Promise.reject(new Error(`grn: there is no ${name}`));
    },
  };
})();
