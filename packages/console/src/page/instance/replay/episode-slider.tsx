import { Moment } from "../../parts/time.tsx";
import { useApp } from "../../shell/app-context.ts";
import { type EpisodeTone, type Execution, toneOf } from "./replay-model.ts";

interface EpisodeSliderProps {
  readonly executions: readonly Execution[];
  readonly execution: Execution;
  readonly episode: number;
  /** Whether a new episode is shown as soon as it is there. */
  readonly isFollowing: boolean;
  readonly onChoose: (episode: number, execution?: Execution) => void;
}

/** Chooses an episode: with the slider and its keys, or with the buttons beside it. */
export function EpisodeSlider(props: EpisodeSliderProps) {
  const { executions, execution, episode, isFollowing, onChoose } = props;
  const { now } = useApp();
  const { episodeCount, episodes } = execution;
  const time = episodes.get(episode)?.time;
  return (
    <div class="episodes">
      <p class="episodes-title">
        <b>Episode {episode.toLocaleString("en")}</b> of {episodeCount.toLocaleString("en")}
        {time !== undefined && (
          <span class="mono">
            <Moment value={time} now={now} />
          </span>
        )}
        {executions.length > 1 && <Generations {...props} />}
        <button
          type="button"
          class="small"
          aria-pressed={isFollowing}
          title="Show each new episode as soon as it is there"
          onClick={() => onChoose(executions.at(-1)?.episodeCount ?? 1, executions.at(-1))}
        >
          Newest
        </button>
      </p>
      <div class="episodes-bar">
        <button
          type="button"
          aria-label="Previous episode"
          disabled={episode === 1}
          onClick={() => onChoose(episode - 1)}
        >
          ◀
        </button>
        <div class="episodes-track">
          <Strip execution={execution} episode={episode} />
          <input
            type="range"
            aria-label="Episode"
            aria-valuetext={`Episode ${episode} of ${episodeCount}`}
            min={1}
            max={Math.max(2, episodeCount)}
            value={episode}
            disabled={episodeCount < 2}
            onInput={({ currentTarget }) => onChoose(Number(currentTarget.value))}
          />
        </div>
        <button
          type="button"
          aria-label="Next episode"
          disabled={episode === episodeCount}
          onClick={() => onChoose(episode + 1)}
        >
          ▶
        </button>
      </div>
    </div>
  );
}

function Generations({ executions, execution, onChoose }: EpisodeSliderProps) {
  return (
    <select
      aria-label="Generation"
      value={execution.id}
      onChange={({ currentTarget }) => {
        const to = executions.find(({ id }) => id === currentTarget.value);
        if (to !== undefined) onChoose(to.episodeCount, to);
      }}
    >
      {executions.map(({ id }, at) => (
        <option key={id} value={id}>
          {at === executions.length - 1 ? "current generation" : `${executions.length - 1 - at} before`}
        </option>
      ))}
    </select>
  );
}

/** So many episodes have a mark of their own. */
const MOST_MARKS = 200;

const TITLES: Readonly<Record<EpisodeTone, string>> = {
  failed: "a failure",
  event: "an event from outside",
  timer: "a timer",
  done: "a result",
  other: "",
};

/** A mark for each episode, in the colour of what began it. */
function Strip({ execution, episode }: { readonly execution: Execution; readonly episode: number }) {
  const { episodeCount, episodes } = execution;
  if (episodeCount < 2 || episodeCount > MOST_MARKS) return null;
  return (
    <div class="strip" aria-hidden="true">
      {Array.from({ length: episodeCount }, (_, at) => {
        const known = episodes.get(at + 1);
        const tone = known === undefined ? "other" : toneOf(known);
        const past = at + 1 <= episode ? "" : " later";
        return <i key={at} class={`tone tone-${tone}${past}`} title={`${at + 1}: ${TITLES[tone]}`} />;
      })}
    </div>
  );
}
