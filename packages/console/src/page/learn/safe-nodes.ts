const TAGS = new Set(
  "a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li ol p pre s span strong sub sup table tbody td th thead tr ul".split(
    " ",
  ),
);

/** Copies the elements of a page of text; all others, and all attributes but classes and links, are left out. */
export function safeNodes(html: string): readonly Node[] {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].flatMap(copyOf);
}

function copyOf(node: Node): readonly Node[] {
  if (node instanceof Text) return [document.createTextNode(node.data)];
  if (!(node instanceof HTMLElement)) return [];
  const tag = node.localName;
  if (tag === "script" || tag === "style" || tag === "template") return [];
  const children = [...node.childNodes].flatMap(copyOf);
  if (!TAGS.has(tag)) return children;
  const target = tag === "a" ? targetOf(node) : undefined;
  if (tag === "a" && target === undefined) return children;
  const isEmptyHead = tag === "th" && node.textContent.trim() === "";
  const copy = document.createElement(isEmptyHead ? "td" : tag);
  copy.className = node.className;
  if (target !== undefined) addLink(copy as HTMLAnchorElement, target);
  // A wide table or block of code scrolls, also by keyboard.
  if (tag === "pre") copy.tabIndex = 0;
  copy.append(...children);
  return [copy];
}

/** Of a link to another site, or to another page of the console; undefined for what it cannot show. */
function targetOf(node: Element): string | undefined {
  const target = node.getAttribute("href") ?? "";
  return /^(https?:\/\/|#\/(learn|source)\/)/.test(target) ? target : undefined;
}

function addLink(link: HTMLAnchorElement, target: string): void {
  link.href = target;
  if (target.startsWith("#")) return;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}
