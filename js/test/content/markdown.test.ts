import { describe, expect, test } from "vitest";
import { renderText } from "../../src/content";

function query(markdown: string, selector: string): Element | null {
  return renderText(markdown).querySelector(selector);
}

function texts(markdown: string, selector: string): (string | null)[] {
  return [...renderText(markdown).querySelectorAll(selector)].map((found) => found.textContent);
}

describe("blocks", () => {
  test("headings keep their level", () => {
    for (const level of [1, 2, 3, 4, 5, 6]) {
      expect(query(`${"#".repeat(level)} Title`, `h${level}`)?.textContent).toBe("Title");
    }
  });

  test("a newline in a paragraph stays a newline", () => {
    expect(query("one\ntwo", "p")?.textContent).toBe("one\ntwo");
  });

  test("lists keep their start number, nesting and tasks", () => {
    expect((query("3. c\n4. d", "ol") as HTMLOListElement).start).toBe(3);
    expect(query("- a\n  - b", "ul ul > li")?.textContent).toBe("b");
    expect(query("- [x] a\n- [ ] b", ".task")?.getAttribute("aria-label")).toBe("done");
    expect(query("- [x] a", "input")).toBeNull();
  });

  test("tables keep their alignment and scroll in themselves", () => {
    const table = "| a | b |\n|--:|:-:|\n| 1 | 2 |";
    expect(query(table, ".table > table > tbody > tr > td.align-right")?.textContent).toBe("1");
    expect(query(table, "th.align-center")?.textContent).toBe("b");
    expect(query(table, "[style]")).toBeNull();
    expect(query(table, ".table")?.getAttribute("tabindex")).toBe("0");
  });

  test("code keeps every space", () => {
    expect(query("```js\n  a;\n\n\tb;\n```", "pre code")?.textContent).toBe("  a;\n\n\tb;");
    expect(query("    indented\n      more", "pre code")?.textContent).toBe("indented\n  more");
  });

  test("raw HTML shows as the text that was written", () => {
    expect(renderText("<b>x</b> and <br>").textContent).toBe("<b>x</b> and <br>");
    expect(renderText("<div>\n<p>x\n</div>").textContent).toBe("<div>\n<p>x\n</div>");
  });

  test("footnotes read as text, even where they look like a link definition", () => {
    const shown = renderText("See[^1].\n\n[^1]: https://example.com/x").textContent;
    expect(shown).toContain("See[^1].");
    expect(shown).toContain("[^1]: https://example.com/x");
  });

  test("every block finds its direction; containers take that of their text", () => {
    const arabic = renderText("- مرحبا\n- hello\n\nhello\n\n> שלום");
    expect(arabic.querySelector("ul")?.getAttribute("dir")).toBe("rtl");
    expect(arabic.querySelector("blockquote")?.getAttribute("dir")).toBe("rtl");
    for (const block of arabic.querySelectorAll("p, li")) {
      expect(block.getAttribute("dir")).toBe("auto");
    }
  });
});

describe("inline", () => {
  test("emphasis, strong, strikethrough and code", () => {
    const shown = renderText("*a* **b** ~~c~~ `d <e>`");
    expect(shown.querySelector("em")?.textContent).toBe("a");
    expect(shown.querySelector("strong")?.textContent).toBe("b");
    expect(shown.querySelector("del")?.textContent).toBe("c");
    expect(shown.querySelector("code")?.textContent).toBe("d <e>");
  });

  test("character references are decoded in text, never in code", () => {
    expect(renderText("&amp; &copy; &#x41; &#66; &hellip; &amp;lt; &nosuch;").textContent).toBe(
      "& © A B … &lt; &nosuch;",
    );
    expect(renderText("`&amp;`").textContent).toBe("&amp;");
    expect(renderText("&#0; &#xD800; &#x110000;").textContent).toBe("� � �");
    expect(renderText("\\&amp;").textContent).toBe("&amp;");
  });

  test("a decoded reference makes no markup", () => {
    expect(renderText("&lt;b&gt;x&lt;/b&gt; &#42;y&#42;").textContent).toBe("<b>x</b> *y*");
  });
});

describe("links", () => {
  test("open in a new tab, without a referrer, and show where they lead", () => {
    const link = query("[docs](https://example.com/a?b=1)", "a") as HTMLAnchorElement;
    expect(link.getAttribute("href")).toBe("https://example.com/a?b=1");
    expect(link.target).toBe("_blank");
    expect(link.rel).toBe("noopener noreferrer");
    expect(link.title).toBe("https://example.com/a?b=1");
    expect(link.nextElementSibling?.textContent).toBe(" (example.com/a?b=1)");
  });

  test("whose text is their target show it once", () => {
    expect(texts("https://example.com/a", ".link-target")).toEqual([]);
    expect(texts("[example.com](https://example.com/)", ".link-target")).toEqual([]);
    expect(texts("<me@example.com>", ".link-target")).toEqual([]);
  });

  test("whose text lies about the target show the real host", () => {
    expect(texts("[https://good.example](https://evil.example/)", ".link-target")).toEqual([
      " (evil.example)",
    ]);
    expect(texts("[x](https://good.example@evil.example/)", ".link-target")).toEqual([
      " (evil.example/)".replace("/)", ")"),
    ]);
    expect(texts("[x](https://gооd.example/)", ".link-target")[0]).toContain("xn--");
  });

  test.each([
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert%281%29)",
    "[a](java&#115;cript:alert(1))",
    "[a](data:text/html,x)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "[a](/api/shutdown)",
    "[a](#top)",
    "[a](//evil.example/x)",
    "[a](blob:https://example.com/x)",
  ])("%s shows as written", (markdown) => {
    const shown = renderText(markdown);
    expect(shown.querySelector("a")).toBeNull();
    expect(shown.textContent).toBe(markdown);
  });
});

describe("images", () => {
  const remote = "![a cat](https://example.com/cat.png)";

  test("elsewhere are a chip with a button that names the host, and load at a click", () => {
    const shown = renderText(remote);
    expect(shown.querySelector("img")).toBeNull();
    const button = shown.querySelector("button");
    expect(button?.type).toBe("button");
    expect(button?.textContent).toContain("example.com");
    expect(shown.textContent).toContain("a cat");
    button?.click();
    expect(shown.querySelector("img")?.getAttribute("src")).toBe("https://example.com/cat.png");
    expect(shown.querySelector("img")?.referrerPolicy).toBe("no-referrer");
  });

  test("are a chip without a button, or load at once, where the session says so", () => {
    expect(renderText(remote, { images: "never" }).querySelector("button, img")).toBeNull();
    expect(renderText(remote, { images: "always" }).querySelector("img")?.alt).toBe("a cat");
  });

  test("given as raster data show", () => {
    const pixel = "data:image/png;base64,iVBORw0KGgo=";
    expect(query(`![dot](${pixel})`, "img")?.getAttribute("src")).toBe(pixel);
  });

  test.each([
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:text/html;base64,PHN2Zz4=",
    "javascript:alert(1)",
    "/files/secret.png",
    "blob:https://example.com/x",
  ])("%s is a chip without a button, whatever the session says", (source) => {
    for (const images of ["ask", "always", "never"] as const) {
      const shown = renderText(`![x](${source})`, { images });
      expect(shown.querySelector("img, button")).toBeNull();
      expect(shown.querySelector(".image-chip")?.textContent).toBe("Image: x");
    }
  });

  test("inside a link are no second thing to click", () => {
    const shown = renderText(`[${remote}](https://example.com)`);
    expect(shown.querySelector("a button")).toBeNull();
    (shown.querySelector("a ~ button.image-load") as HTMLButtonElement).click();
    expect(shown.querySelector("a > img")).not.toBeNull();
    expect(shown.querySelector("button")).toBeNull();
  });
});

test("raw shows the text as written", () => {
  const shown = renderText("# *a*\r\n<b>", { raw: true });
  expect(shown.textContent).toBe("# *a*\n<b>");
  expect(shown.querySelector("h1, em, .reason")).toBeNull();
});

test("a text that begins from the right stands on the right", () => {
  expect(renderText("# مرحبا\n\ntext").classList.contains("from-right")).toBe(true);
  expect(renderText("text مرحبا").classList.contains("from-right")).toBe(false);
});

describe("emphasis in Chinese, Japanese and Korean, which put no spaces around it", () => {
  test.each([
    ["**注意：**请看", "注意："],
    ["这是**“重点”**的", "“重点”"],
    ["これは**「重要」**です", "「重要」"],
    ["Python**「リスト」**です", "「リスト」"],
    ["**태그(tag)**는", "태그(tag)"],
    ["价格是**$5**元，**约（大概）**如此", "$5"],
    ["*他说：“**好。**”就走了*", "好。"],
  ])("%s", (markdown, strong) => {
    const shown = renderText(markdown);
    expect(shown.querySelector("strong")?.textContent).toBe(strong);
    expect(shown.textContent).not.toContain("*");
  });

  test("elsewhere punctuation and spaces decide, as CommonMark has it", () => {
    expect(renderText("a**(b)**c").textContent).toBe("a**(b)**c");
    expect(renderText("2 ** 3 和 4 ** 5").textContent).toBe("2 ** 3 和 4 ** 5");
    expect(renderText("文字_下划线_文字").textContent).toBe("文字_下划线_文字");
  });
});
