/** What stands beside a session: effort, notes, files. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/query";
import {
  addAttachment,
  addNote,
  changeNote,
  deleteAttachment,
  deleteNote,
  enterLoad,
  listAttachments,
  listLoads,
  listNotes,
  type NoteInput,
} from "@/api/sessions";
import type { SessionLoadInput } from "@/api/types";

/** Links to files die after 15 minutes; an open page asks for new ones before that. */
const FILES_STALE_MS = 12 * 60 * 1000;

type Part = "loads" | "notes" | "files";

function useRefresh(id: string, part: Part) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.sessionPart(id, part) });
}

export function useLoads(id: string) {
  return useQuery({ queryKey: keys.sessionPart(id, "loads"), queryFn: () => listLoads(id) });
}

export type LoadOutcome = { playerId: string; error: unknown };

/** Enter the effort of several players; each is taken or refused by itself. */
export function useEnterLoads(id: string) {
  const client = useQueryClient();
  const refresh = useRefresh(id, "loads");
  return useMutation({
    mutationFn: async (inputs: readonly SessionLoadInput[]): Promise<LoadOutcome[]> => {
      const answers = await Promise.allSettled(inputs.map((input) => enterLoad(id, input)));
      return answers.flatMap((answer, i) =>
        answer.status === "rejected" ? [{ playerId: inputs[i]!.player_id!, error: answer.reason }] : [],
      );
    },
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: keys.dashboard });
      await refresh();
    },
  });
}

export function useNotes(id: string) {
  return useQuery({ queryKey: keys.sessionPart(id, "notes"), queryFn: () => listNotes(id) });
}

/** Write a note (no id) or change one. */
export function useSaveNote(sessionId: string, noteId: string | null) {
  return useMutation({
    mutationFn: (note: NoteInput) => (noteId ? changeNote(sessionId, noteId, note) : addNote(sessionId, note)),
    onSuccess: useRefresh(sessionId, "notes"),
  });
}

export function useDeleteNote(sessionId: string) {
  return useMutation({ mutationFn: (id: string) => deleteNote(sessionId, id), onSuccess: useRefresh(sessionId, "notes") });
}

export function useAttachments(id: string) {
  return useQuery({ queryKey: keys.sessionPart(id, "files"), queryFn: () => listAttachments(id), staleTime: FILES_STALE_MS });
}

export function useAddAttachment(id: string) {
  return useMutation({
    mutationFn: (file: File) => addAttachment(id, file, crypto.randomUUID()),
    onSuccess: useRefresh(id, "files"),
  });
}

export function useDeleteAttachment(id: string) {
  return useMutation({ mutationFn: (fileId: string) => deleteAttachment(id, fileId), onSuccess: useRefresh(id, "files") });
}
