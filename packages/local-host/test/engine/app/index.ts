import "./activities.ts";
import "./compounds.ts";
import "./orchestrators.ts";
import "./http-calls.ts";
import "./entities.ts";
import "./long-timers.ts";
