import { Text } from "./text.tsx";

const LONGEST = 1000;

/** Why what was sent is refused; nothing for an empty text. */
export function ErrorLine({ text }: { readonly text: string }) {
  if (text === "") return null;
  return (
    <p class="error" role="alert">
      <Text value={text} most={LONGEST} />
    </p>
  );
}
