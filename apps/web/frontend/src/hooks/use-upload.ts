import { useSyncExternalStore } from "react";
import { subscribeUpload, uploadState, type UploadState } from "@/upload/manager";

export function useUpload(): UploadState {
  return useSyncExternalStore(subscribeUpload, uploadState);
}
