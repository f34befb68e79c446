import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "@/api/query";
import { applyCalibration, fitCalibration, getFrame, getPitch, listCalibrations, saveCalibration } from "@/api/scans";
import type { CalibrationInput, PitchSpec } from "@/api/types";

/** Four points determine how a plane lies in a picture. */
export const MIN_MARKS = 4;

export function usePitch(spec: PitchSpec | undefined, enabled = true) {
  return useQuery({
    queryKey: keys.pitch(spec ?? {}),
    queryFn: () => getPitch(spec ?? {}),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

/** The saved calibration a scan used; undefined when it is not in this team's list. */
export function useUsedCalibration(id: string) {
  return useQuery({
    queryKey: keys.calibrations,
    queryFn: listCalibrations,
    select: (calibrations) => calibrations.find((calibration) => calibration.id === id) ?? null,
  });
}

/** An address under which an `<img>` can show a picture, as long as it is shown. */
function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

/** The frame at `t` as a picture. */
export function useFrame(id: string, t: number) {
  const frame = useQuery({
    queryKey: keys.frame(id, t),
    queryFn: () => getFrame(id, t),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return { url: useObjectUrl(frame.data), error: frame.error };
}

/** How well the marks agree; asks only when there are enough, and keeps the last answer while asking. */
export function useFit(input: CalibrationInput) {
  return useQuery({
    queryKey: ["fit", input],
    queryFn: () => fitCalibration(input),
    enabled: input.points.length >= MIN_MARKS,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}

/** Keep the calibration and let the session use it. */
export function useSaveCalibration(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (input: CalibrationInput & { name: string; team_id: string }) => {
      const { id } = await saveCalibration(input);
      return applyCalibration(sessionId, id);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.scan(sessionId) });
      void client.invalidateQueries({ queryKey: keys.calibrations });
    },
  });
}
