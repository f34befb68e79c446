import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import {
  deleteFeedback, followFeedback, generateFeedback, getArticle, getDrill, getFeedback, listFeedback, listMeasured, listTemplates, rateFeedback, shareFeedback,
  type FeedbackFilters, type FeedbackState,
} from "@/api/feedback";
import { keys } from "@/api/query";
import type { SocketPhase } from "@/api/socket";
import type { Feedback } from "@/api/types";

/** How often the page asks while the socket is away. */
const POLL_MS = 3000;
const HOUR_MS = 3_600_000;

export function isOpen(status: string | undefined): boolean {
  return status === "queued" || status === "running";
}

export function useFeedbackList(filters: FeedbackFilters) {
  return useInfiniteQuery({
    queryKey: keys.feedbackList(filters),
    queryFn: ({ pageParam }) => listFeedback(filters, pageParam),
    initialPageParam: 1,
    getNextPageParam: ({ page, pages }) => (page < pages ? page + 1 : undefined),
    placeholderData: keepPreviousData,
  });
}

/** The newest sessions that have figures to write from. */
export function useMeasuredSessions() {
  return useQuery({ queryKey: keys.sessionList({ measured: true }), queryFn: listMeasured });
}

/** What coaches usually ask for; without them the form works all the same. */
export function useTemplates(language: string) {
  return useQuery({ queryKey: keys.feedbackTemplates(language), queryFn: () => listTemplates(language), staleTime: HOUR_MS });
}

export function useGenerate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: generateFeedback,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.feedback.slice(0, 1) }),
  });
}

/** A message older than what is shown (they may overtake each other after a reconnect) is dropped. */
function withState(shown: Feedback | undefined, { version, status, text, error }: FeedbackState): Feedback | undefined {
  if (!shown || version < shown.version) return shown;
  return { ...shown, version, status: status as Feedback["status"], text, error };
}

/** One feedback: by socket while it is written, by asking again when the socket is away. */
export function useFeedback(id: string) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<SocketPhase>("closed");
  const found = useQuery({
    queryKey: keys.oneFeedback(id),
    queryFn: () => getFeedback(id),
    refetchInterval: ({ state }) => (isOpen(state.data?.status) && phase !== "open" ? POLL_MS : false),
  });
  const open = isOpen(found.data?.status);

  useEffect(() => {
    if (!open) return;
    const stop = followFeedback(id, {
      onPhase: setPhase,
      onState: (state) => {
        // What a finished text rests on comes with the API's answer only.
        if (state.type === "progress") client.setQueryData<Feedback>(keys.oneFeedback(id), (shown) => withState(shown, state));
        else void client.invalidateQueries({ queryKey: keys.feedback });
      },
    });
    return () => {
      stop();
      setPhase("closed");
    };
  }, [client, id, open]);

  return { ...found, connectionLost: open && phase === "lost" };
}

export function useRate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { rating: number; notes: string }) => rateFeedback(id, input),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.oneFeedback(id) }),
  });
}

export function useShare(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (shared: boolean) => shareFeedback(id, shared),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.feedback }),
  });
}

export function useDeleteFeedback(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => deleteFeedback(id),
    // Of the lists only: the page still shows the text while it leaves.
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.feedbackList({}).slice(0, 2) }),
  });
}

export function useArticle(slug: string | null) {
  return useQuery({ queryKey: keys.article(slug ?? ""), queryFn: () => getArticle(slug!), enabled: slug !== null, staleTime: HOUR_MS });
}

export function useDrill(key: string | null) {
  return useQuery({ queryKey: keys.drill(key ?? ""), queryFn: () => getDrill(key!), enabled: key !== null, staleTime: HOUR_MS });
}
