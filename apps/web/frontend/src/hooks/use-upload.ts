import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "@/hooks/use-preferences";
import { formatBytes } from "@/units/format";
import { MAX_UPLOAD_BYTES, type FileProblem } from "@/upload/checks";
import { subscribeUpload, uploadState, type UploadState } from "@/upload/manager";

export function useUpload(): UploadState {
  return useSyncExternalStore(subscribeUpload, uploadState);
}

/** Why a file cannot be sent, in words. */
export function useFileProblem(): (problem: FileProblem) => string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (problem) => t(`newScan.problem.${problem}`, { size: formatBytes(MAX_UPLOAD_BYTES, language) });
}
