import { FileText, Paperclip, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Panel } from "@/components/dashboard/panel";
import { Dialog } from "@/components/dialog";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePreferences } from "@/hooks/use-preferences";
import { useAddAttachment, useAttachments, useDeleteAttachment } from "@/hooks/use-session-parts";
import { formatBytes, formatDate } from "@/units/format";

const KINDS = ".pdf,.png,.jpg,.jpeg,.webp,.gif,.txt,.csv,.docx,.xlsx";

function FileRow({ file, onDelete }: { file: Attachment; onDelete: (() => void) | null }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const facts = [formatBytes(file.size_bytes, language), file.uploaded_by?.name, formatDate(file.created_at, language, timeZone)];
  return (
    <li className="flex items-center gap-3 py-2.5 first:pt-0">
      <FileText className="size-5 shrink-0 text-muted" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <a href={file.url} download className="block truncate font-semibold hover:underline">
          {file.name}
        </a>
        <p className="truncate text-sm text-muted">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      {onDelete && (
        <Button look="quiet" size="icon" aria-label={t("files.delete", { name: file.name })} onClick={onDelete}>
          <Trash2 className="size-4.5" aria-hidden="true" />
        </Button>
      )}
    </li>
  );
}

function Adder({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation();
  const add = useAddAttachment(sessionId);
  const errorText = useErrorText();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  return (
    <div className="space-y-3">
      {add.isError && <Banner tone="bad" title={t("files.refused", { name })}>{errorText(add.error)}</Banner>}
      <input
        ref={input}
        type="file"
        accept={KINDS}
        className="sr-only"
        tabIndex={-1}
        aria-label={t("files.add")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file may be chosen again after a refusal.
          event.target.value = "";
          if (!file) return;
          setName(file.name);
          add.mutate(file);
        }}
      />
      <Button busy={add.isPending} onClick={() => input.current?.click()}>
        <Paperclip className="size-4" aria-hidden="true" />
        {add.isPending ? t("files.sending", { name }) : t("files.add")}
      </Button>
      <p className="text-sm text-muted">{t("files.kinds")}</p>
    </div>
  );
}

interface FilesPanelProps {
  sessionId: string;
  coach: boolean;
  userId: string | undefined;
}

/** Private files beside a session, for the team's staff. */
export function FilesPanel({ sessionId, coach, userId }: FilesPanelProps) {
  const { t } = useTranslation();
  const files = useAttachments(sessionId);
  const remove = useDeleteAttachment(sessionId);
  const notify = useNotify();
  const errorText = useErrorText();
  const [doomed, setDoomed] = useState<Attachment | null>(null);
  const end = (file: Attachment) =>
    remove.mutate(file.id, { onSuccess: () => setDoomed(null), onError: (error) => notify("bad", errorText(error)) });
  return (
    <Panel title={t("files.title")}>
      {files.isPending && <Skeleton className="h-24" />}
      {files.isError && <ErrorState error={files.error} retry={() => void files.refetch()} />}
      {files.data && files.data.items.length > 0 && (
        <ul className="mb-4 divide-y divide-line">
          {files.data.items.map((file) => (
            <FileRow key={file.id} file={file} onDelete={coach || file.uploaded_by?.id === userId ? () => setDoomed(file) : null} />
          ))}
        </ul>
      )}
      {files.data && <Adder sessionId={sessionId} />}
      <Dialog open={doomed !== null} onOpenChange={() => setDoomed(null)} title={t("files.delete", { name: doomed?.name })} description={t("files.deleteText")}>
        <Button look="danger" busy={remove.isPending} onClick={() => doomed && end(doomed)}>
          {t("action.delete")}
        </Button>
      </Dialog>
    </Panel>
  );
}
