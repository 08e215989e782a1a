import "./activities.ts";
import "./orchestrators.ts";
import "./entities.ts";
