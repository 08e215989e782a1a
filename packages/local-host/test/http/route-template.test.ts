import { describe, expect, test } from "vitest";
import { RouteTemplate } from "../../src/http/route-template.ts";

function match(template: string, path: string): Readonly<Record<string, string>> | undefined {
  return new RouteTemplate(template).match(path === "" ? [] : path.split("/"));
}

test.each([
  ["api/orders", "API/Orders", {}],
  ["api/orders", "api/orders/1", undefined],
  ["api/orders/{id}", "api/orders/A7", { id: "A7" }],
  ["api/orders/{id}", "api/orders", undefined],
  ["api/{a}/x/{b}", "api/1/x/2", { a: "1", b: "2" }],
  ["api/{id?}", "api", {}],
  ["api/{id?}", "api/5", { id: "5" }],
  ["api/{size=large}", "api", { size: "large" }],
  ["api/{size=large}", "api/small", { size: "small" }],
  ["files/{*path}", "files/a/b/c.txt", { path: "a/b/c.txt" }],
  ["files/{**path}", "files/a/b", { path: "a/b" }],
  ["files/{*path}", "files", {}],
  ["", "", {}],
  ["{*all}", "x/y", { all: "x/y" }],
])("%s on %s", (template, path, expected) => {
  expect(match(template, path)).toEqual(expected);
});

describe("mixed segments", () => {
  test.each([
    ["{name}.{extension}", "photo.jpg", { name: "photo", extension: "jpg" }],
    ["{name}.{extension}", "a.b.jpg", { name: "a.b", extension: "jpg" }],
    ["{name}.{extension}", "photo", undefined],
    ["{name}.{extension?}", "photo", { name: "photo" }],
    ["{name}.{extension?}", "photo.png", { name: "photo", extension: "png" }],
    ["v{version:int}", "v12", { version: "12" }],
    ["v{version:int}", "vx", undefined],
    ["{from}-{to}", "1-2", { from: "1", to: "2" }],
    ["order-{id}-label", "ORDER-7-label", { id: "7" }],
  ])("%s on %s", (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });
});

describe("constraints", () => {
  test.each([
    ["int", "12", "12x"],
    ["int", "-5", "2147483648"],
    ["long", "9223372036854775807", "9223372036854775808"],
    ["bool", "TRUE", "yes"],
    ["datetime", "2026-11-24", "soon"],
    ["decimal", "1.5", "1,x"],
    ["double", "1e3", ""],
    ["guid", "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b"],
    ["alpha", "abc", "ab1"],
    ["minlength(3)", "abc", "ab"],
    ["maxlength(3)", "abc", "abcd"],
    ["length(3)", "abc", "ab"],
    ["length(2,3)", "ab", "a"],
    ["min(3)", "3", "2"],
    ["max(3)", "3", "4"],
    ["range(2,4)", "4", "5"],
    ["int:min(1)", "1", "0"],
    ["regex(^a+$)", "AAA", "b"],
    ["regex(^\\d{{2}}$)", "12", "123"],
    ["regex(^a:b$)", "a:b", "ab"],
    ["required", "x", ""],
  ])("{p:%s} takes %s, not %s", (constraint, good, bad) => {
    expect(match(`{p:${constraint}}`, good)).toEqual({ p: good });
    expect(match(`{p:${constraint}}`, bad)).toBeUndefined();
  });

  test("an optional parameter is constrained only if it is present", () => {
    expect(match("greet/{name:alpha?}", "greet")).toEqual({});
    expect(match("greet/{name:alpha?}", "greet/42")).toBeUndefined();
  });
});

test.each([
  ["a/{", "never closed"],
  ["a/{}", "without a name"],
  ["{*rest}/more", "has more segments after its catch-all"],
  ["{a}/{A}", "twice"],
  ["{a:never}", `Unknown route constraint "never"`],
  ["a//b", "empty segment"],
])("%s is refused", (template, why) => {
  expect(() => new RouteTemplate(template)).toThrow(why);
});
