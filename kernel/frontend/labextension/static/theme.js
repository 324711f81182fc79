// Figures in the colours of JupyterLab's theme.

// On dark ground, a colour that is darker than this has a contrast of less than 3.
const DARKEST = 0.12;

// A figure on transparent ground takes the colours of the theme; any other has its own.
export function inTheme({ data = [], layout = {}, ...rest }, node) {
  if (!isTransparent(layout.paper_bgcolor)) return { ...rest, data, layout };
  const isDark = document.body.dataset.jpThemeLight === "false";
  return { ...rest, data: isDark ? lightened(data) : data, layout: { ...layout, ...textColours(layout, node) } };
}

function isTransparent(colour) {
  return /^rgba\(.*,\s*0(\.0*)?\s*\)$/.test(colour ?? "");
}

function textColours(layout, node) {
  const style = getComputedStyle(node);
  const colour = (name) => style.getPropertyValue(name).trim();
  const ink = colour("--jp-content-font-color1") || style.color;
  const hoverlabel = {
    ...layout.hoverlabel,
    bgcolor: colour("--jp-layout-color1"),
    bordercolor: colour("--jp-border-color1"),
    font: { ...layout.hoverlabel?.font, color: ink },
  };
  return { font: { ...layout.font, color: ink }, hoverlabel };
}

// The same with every colour that dark ground would swallow as light as it was dark.
function lightened(value, key = "") {
  const isColour = /color$/.test(key);
  if (typeof value === "string") return isColour ? mirrored(value) : value;
  // Columns of numbers are long, and only lists of traces and of colours hold any.
  if (Array.isArray(value)) return isColour || key === "" ? value.map((item) => lightened(item, key)) : value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, lightened(inner, name)]));
}

function mirrored(colour) {
  const channels = channelsOf(colour);
  if (!channels || luminance(channels) >= DARKEST) return colour;
  // Turning lightness around in HSL keeps the hue: each channel moves by as much.
  const shift = 255 - Math.max(...channels) - Math.min(...channels);
  const [red, green, blue] = channels.map((channel) => channel + shift);
  return `rgba(${red}, ${green}, ${blue}, ${/^rgba\(.*,\s*([\d.]+)\s*\)$/.exec(colour)?.[1] ?? 1})`;
}

// `rgb(…)`, `rgba(…)` and `#rrggbb`; nothing for other notations.
function channelsOf(colour) {
  const decimal = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/.exec(colour);
  if (decimal) return decimal.slice(1).map(Number);
  const hexadecimal = /^#(..)(..)(..)$/.exec(colour);
  return hexadecimal?.slice(1).map((channel) => Number.parseInt(channel, 16));
}

// Relative luminance (WCAG 2).
function luminance(channels) {
  const linear = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
