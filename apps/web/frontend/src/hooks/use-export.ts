import { useMutation } from "@tanstack/react-query";
import { exportScan, type ExportKind, type ExportPart } from "@/api/scans";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";

function save({ blob, name }: { blob: Blob; name: string }) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Browsers begin to read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Fetch a file of a session and hand it to the browser to be saved. */
export function useExport(sessionId: string) {
  const notify = useNotify();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: ({ kind, ...part }: { kind: ExportKind } & ExportPart) => exportScan(sessionId, kind, part),
    onSuccess: save,
    onError: (error) => notify("bad", errorText(error)),
  });
}
