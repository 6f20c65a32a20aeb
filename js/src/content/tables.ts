import type { Tokens } from "marked";
import type { Context } from "./context";
import { autoDirected, directContainer, element, scrollable } from "./dom";
import { appendInlines } from "./inlines";

function tableRow(
  tag: "th" | "td",
  cells: readonly Tokens.TableCell[],
  context: Context,
): HTMLElement {
  const row = element("tr");
  for (const cell of cells) {
    const made = element(tag, cell.align ? `align-${cell.align}` : "");
    if (made instanceof HTMLTableCellElement && tag === "th") made.scope = "col";
    appendInlines(made, cell.tokens, context);
    row.append(autoDirected(made));
  }
  return row;
}

export function tableElement(token: Tokens.Table, context: Context): HTMLElement {
  const table = element("table");
  table.append(element("thead", "", tableRow("th", token.header, context)));
  if (token.rows.length > 0) {
    const body = element("tbody");
    for (const row of token.rows) body.append(tableRow("td", row, context));
    table.append(body);
  }
  const direct = directContainer(table);
  const around = scrollable(element("div", "table", direct), "Table");
  around.dir = direct.dir;
  return around;
}
