import "./activities.ts";
import "./compounds.ts";
import "./orchestrators.ts";
import "./entities.ts";
