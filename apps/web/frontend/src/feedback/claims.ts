/** From evidence to the sentences that rest on it. */
import type { Feedback, FeedbackBody } from "@/api/types";

export interface Piece {
  kind: string;
  ref: string;
  quote_or_value: string;
  relevance: string;
}

const plain = (text: string) => text.trim().replace(/[.!?]+$/, "").toLowerCase();

/** Does the sentence speak of this very figure: its name and its value? */
function speaksOf(said: string, { quote_or_value: text }: Piece): boolean {
  const { name, value } = nameAndValue(text);
  const [first = ""] = value.split(/, | \(/);
  return name !== "" && first !== "" && said.includes(name.toLowerCase()) && said.includes(first.toLowerCase());
}

/** The evidence that a sentence rests on: it names the sentence (or its beginning), or the sentence its figure. */
export function behind<One extends Piece>(sentence: string, evidence: readonly One[]): One[] {
  const said = plain(sentence);
  return evidence.filter((piece) => {
    if (isDrill(piece.ref)) return false;
    const supported = plain(piece.relevance);
    const named = supported !== "" && (said.startsWith(supported) || supported.startsWith(said));
    return named || speaksOf(said, piece);
  });
}

export function isDrill(ref: string): boolean {
  return ref.startsWith("drill:");
}

/** Where the evidence of a claim stands apart from its words: "Top speed: 6.4 m/s (6.1 to 6.7)" is a name and a value. */
export function nameAndValue(text: string): { name: string; value: string } {
  const at = text.indexOf(": ");
  return at > 0 && at < 60 ? { name: text.slice(0, at), value: text.slice(at + 2) } : { name: "", value: text };
}

export type Sureness = "high" | "medium" | "low";

/** In words; the borders are ours: from "most figures of grade A or B" down to "hardly any". */
export function sureness(confidence: number): Sureness {
  if (confidence >= 0.7) return "high";
  return confidence >= 0.4 ? "medium" : "low";
}

/** The finished text; null while it is written, or where it could not be. */
export function bodyOf(feedback: Feedback): FeedbackBody | null {
  return feedback.status === "completed" && feedback.summary !== null ? (feedback as FeedbackBody) : null;
}

const named = (ref: string, kind: string) => (ref.startsWith(`${kind}:`) ? ref.slice(kind.length + 1) : null);

/** `article:top-speed` names the article that can be opened. */
export const articleOf = (ref: string) => named(ref, "article");

/** `feedback:<id>` names an earlier text. */
export const feedbackOf = (ref: string) => named(ref, "feedback");
