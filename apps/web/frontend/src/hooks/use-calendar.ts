import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import {
  acceptProposal, changeEvent, createEvent, deleteEvent, dismissProposal, endFeed, followCalendar, getEvent, getFeed,
  listDrills, listEvents, listProposals, listTeams, makeFeed, modifyEvent, recommend, validateEvent,
  type EventChange, type EventTarget, type EventWindow, type ValidateInput,
} from "@/api/calendar";
import { keys } from "@/api/query";
import { randomKey } from "@/api/random-key";
import type { SocketPhase } from "@/api/socket";
import type { CalendarEvent, EventInput, Team } from "@/api/types";
import { useMe } from "./use-account";

export function useTeams() {
  return useQuery({ queryKey: keys.teams, queryFn: listTeams, staleTime: 300_000 });
}

/** The zone in which plans are read: the team's, else the reader's. */
export function useZone(team: Team | null): string {
  const { data: me } = useMe();
  return team?.time_zone ?? me?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function useEvents(window: EventWindow | null) {
  return useQuery({
    queryKey: keys.events(window ?? {}),
    queryFn: () => listEvents(window!),
    enabled: window !== null,
    placeholderData: keepPreviousData,
  });
}

/** One event as it is now; of a series the whole (`occurrence` null) or one date. */
export function useEvent(id: string | null, occurrence: string | null) {
  return useQuery({
    queryKey: keys.event(id ?? "", occurrence),
    queryFn: () => getEvent(id!, occurrence),
    enabled: id !== null,
    staleTime: 0,
  });
}

/** Ask for an event as it is now; null when it is gone. */
export function useReloadEvent() {
  const client = useQueryClient();
  return async ({ id, occurrence }: CalendarEvent): Promise<CalendarEvent | null> => {
    await client.invalidateQueries({ queryKey: keys.calendar });
    return client.fetchQuery({ queryKey: keys.event(id, occurrence), queryFn: () => getEvent(id, occurrence) }).catch(() => null);
  };
}

/** What the rules say of a plan that is not kept; null: nothing to ask yet. */
export function useVerdict(input: ValidateInput | null) {
  return useQuery({
    queryKey: keys.verdict(input),
    queryFn: () => validateEvent(input!),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Whatever was written, everything that shows plans reads again. */
function useStale() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.calendar }),
      client.invalidateQueries({ queryKey: keys.upcoming({}).slice(0, 1) }),
    ]);
}

export function useCreateEvent() {
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (input: EventInput) => {
      const body = JSON.stringify(input);
      // The same plan sent again (its answer was lost) is the same event.
      if (body !== sent.current.body) sent.current = { body, key: randomKey() };
      return createEvent(input, sent.current.key);
    },
    onSuccess: useStale(),
  });
}

export function useChangeEvent() {
  const stale = useStale();
  return useMutation({
    mutationFn: ({ target, change }: { target: EventTarget; change: EventChange }) => changeEvent(target, change),
    onSettled: stale,
  });
}

/** Ask what a change in words would be. */
export function useModifyEvent() {
  return useMutation({ mutationFn: modifyEvent });
}

export function useDeleteEvent() {
  return useMutation({ mutationFn: (target: EventTarget) => deleteEvent(target), onSettled: useStale() });
}

export function useProposals(teamId: string | null) {
  return useQuery({ queryKey: keys.proposals(teamId ?? ""), queryFn: () => listProposals(teamId!), enabled: teamId !== null });
}

export function useRecommend() {
  return useMutation({ mutationFn: recommend, onSuccess: useStale() });
}

export function useAnswerProposal() {
  const stale = useStale();
  return useMutation({
    mutationFn: ({ id, accept, reason = "" }: { id: string; accept: boolean; reason?: string }) =>
      accept ? acceptProposal(id, reason) : dismissProposal(id),
    onSettled: stale,
  });
}

export function useDrills(ageGroup?: string) {
  return useQuery({ queryKey: keys.drills({ ageGroup }), queryFn: () => listDrills(ageGroup), staleTime: 3_600_000 });
}

export function useFeed() {
  return useQuery({ queryKey: keys.feed, queryFn: getFeed });
}

export function useFeedChange() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.feed });
  return { make: useMutation({ mutationFn: makeFeed, onSuccess }), end: useMutation({ mutationFn: endFeed, onSuccess }) };
}

/** Keep the calendar as others change it. Says whether the line is lost. */
export function useCalendarUpdates(): boolean {
  const client = useQueryClient();
  const [phase, setPhase] = useState<SocketPhase>("connecting");
  const wasLost = useRef(false);
  useEffect(() => {
    const refresh = () => void client.invalidateQueries({ queryKey: keys.calendar });
    return followCalendar(
      ({ type }) => type !== "connected" && refresh(),
      (next) => {
        // What happened meanwhile was not heard.
        if (next === "open" && wasLost.current) refresh();
        if (next === "open" || next === "lost") wasLost.current = next === "lost";
        setPhase(next);
      },
    );
  }, [client]);
  return phase === "lost";
}
