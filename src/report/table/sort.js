(hash) => {
  // Pages with the same table twice run this twice, and each run makes both sortable that aren't yet.
  for (const table of document.querySelectorAll(`[data-grn-table="${hash}"]:not([data-sortable])`)) {
    table.dataset.sortable = "yes";
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    const key = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sign = down ? -1 : 1;
        const numbers = head.classList.contains("grn-nb-number");
        const words = new Intl.Collator(undefined, { numeric: true });
        const compare = (a, b) => {
          const [x, y] = [key(a, column), key(b, column)];
          // Missing values come last, whatever the direction.
          if (x === "" || y === "") return (x === "") - (y === "");
          return sign * (numbers ? Number(x) - Number(y) : words.compare(x, y));
        };
        body.append(...[...body.rows].sort(compare));
      });
    });
  }
}
