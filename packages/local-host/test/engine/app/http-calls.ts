import * as df from "durable-functions";

df.app.orchestration("callUrl", function* (context) {
  const response: { statusCode: number; content?: string } = yield context.df.callHttp({
    method: "GET",
    url: context.df.getInput<string>() ?? "",
  });
  const b = yield context.df.callActivity("identity", "after");
  return { status: response.statusCode, content: response.content, b };
});

df.app.orchestration("callWithSecrets", function* (context) {
  const { method, url } = context.df.getInput<{ method: string; url: string }>() ?? {
    method: "GET",
    url: "",
  };
  const response: { content?: string } = yield context.df.callHttp({
    method,
    url,
    headers: {
      Authorization: "Bearer secret",
      cookie: "a=secret",
      "X-Functions-Key": "secret",
      "x-kept": "1",
    },
    tokenSource: new df.ManagedIdentityTokenSource("https://example.org/"),
    ...(method === "POST" ? { body: "some text" } : {}),
  });
  return response.content;
});

df.app.orchestration("callUrlWithToken", function* (context) {
  const url = context.df.getInput<string>() ?? "";
  const tokenSource = new df.ManagedIdentityTokenSource("https://example.org/");
  const statuses: number[] = [];
  for (let n = 0; n < 2; n++) {
    const response: { statusCode: number } = yield context.df.callHttp({ method: "GET", url, tokenSource });
    statuses.push(response.statusCode);
  }
  return statuses;
});
