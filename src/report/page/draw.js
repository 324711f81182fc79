const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--grn-ink").trim();
const plots = figures.map((figure, index) => {
  const plot = document.getElementById("plot-" + index);
  figure.layout.font = { ...figure.layout.font, color: ink() };
  Plotly.newPlot(plot, figure.data, figure.layout, figure.config);
  return plot;
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const plot of plots) Plotly.relayout(plot, { "font.color": ink() });
});
