import * as df from "durable-functions";
import type { EntityContext } from "durable-functions";

df.app.entity("Counter", (context: EntityContext<number>) => {
  const value = context.df.getState(() => 0) ?? 0;
  switch (context.df.operationName) {
    case "add":
      context.df.setState(value + (context.df.getInput<number>() ?? 1));
      break;
    case "get":
      context.df.return(value);
      break;
    case "passOn":
      context.df.signalEntity(new df.EntityId("Counter", context.df.getInput<string>() ?? ""), "add", 1);
      break;
    case "fail":
      context.df.setState(99);
      throw new Error("entity failed");
    case "destroy":
      context.df.destructOnExit();
      break;
    default:
  }
});
