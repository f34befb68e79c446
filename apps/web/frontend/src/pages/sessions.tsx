import { ClipboardPlus, Film, Radio, Search, SearchX, Upload } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionListItem, SessionType } from "@/api/types";
import { Button, ButtonLink } from "@/components/button";
import { PageHeader } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { SessionCard } from "@/components/session-card";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { useDebounced } from "@/hooks/use-debounced";
import { useSessions } from "@/hooks/use-sessions";
import { useTitle } from "@/hooks/use-title";

const UnfilmedDialog = lazy(() => import("@/components/session/unfilmed-dialog"));

const SEARCH_DELAY_MS = 300;
const TYPES = ["training", "match", "analysis", "live"] as const;
const GRID = "grid grid-cols-1 gap-5 sm:grid-cols-2 xl:grid-cols-3";

function ScanLink() {
  const { t } = useTranslation();
  return (
    <ButtonLink to="/scan/new" look="primary">
      <Upload className="size-4" aria-hidden="true" />
      {t("nav.scan")}
    </ButtonLink>
  );
}

/** The way to filming for those without a side bar. */
function LiveLink() {
  const { t } = useTranslation();
  return (
    <ButtonLink to="/live" className="lg:hidden">
      <Radio className="size-4" aria-hidden="true" />
      {t("nav.live")}
    </ButtonLink>
  );
}

/** The way in for what nobody filmed. */
function Unfilmed() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <ClipboardPlus className="size-4" aria-hidden="true" />
        {t("sessions.unfilmed.action")}
      </Button>
      <Suspense>{open && <UnfilmedDialog onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}

function Empty({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const { t } = useTranslation();
  const canEdit = useCanEdit();
  if (filtered) {
    return (
      <EmptyState icon={SearchX} title={t("sessions.noMatch.title")} action={<Button onClick={clear}>{t("sessions.noMatch.clear")}</Button>}>
        {t("sessions.noMatch.text")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Film} title={t("sessions.empty.title")} action={canEdit && <ScanLink />}>
      {t(canEdit ? "sessions.empty.text" : "sessions.empty.readOnly")}
    </EmptyState>
  );
}

function Pager({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  const { t } = useTranslation();
  if (pages <= 1) return null;
  return (
    <nav aria-label={t("sessions.pages")} className="mt-8 flex items-center justify-center gap-4">
      <Button size="sm" disabled={page <= 1} onClick={() => go(page - 1)}>
        {t("action.previous")}
      </Button>
      <span className="text-sm text-muted">{t("sessions.page", { page, pages })}</span>
      <Button size="sm" disabled={page >= pages} onClick={() => go(page + 1)}>
        {t("action.next")}
      </Button>
    </nav>
  );
}

function Grid({ sessions }: { sessions: readonly SessionListItem[] }) {
  return (
    <ul className={GRID}>
      {sessions.map((session) => (
        <li key={session.id} className="grid">
          <SessionCard session={session} />
        </li>
      ))}
    </ul>
  );
}

export default function SessionsPage() {
  const { t } = useTranslation();
  const canEdit = useCanEdit();
  const [search, setSearch] = useState("");
  const [type, setType] = useState<SessionType | "">("");
  const [page, setPage] = useState(1);
  const q = useDebounced(search, SEARCH_DELAY_MS);
  const sessions = useSessions({ q, session_type: type || undefined, page });
  useTitle(t("sessions.title"));
  const filtered = q !== "" || type !== "";
  const clear = () => {
    setSearch("");
    setType("");
    setPage(1);
  };
  return (
    <>
      <PageHeader title={t("sessions.title")} lead={t("sessions.lead")} actions={
          canEdit && (
            <>
              <Unfilmed />
              <LiveLink />
            </>
          )
        } />
      {(filtered || (sessions.data?.total ?? 0) > 0) && (
        <div role="search" className="mb-6 grid gap-4 sm:grid-cols-[minmax(0,1fr)_12rem] sm:max-w-2xl">
          <div className="relative">
            <TextField
              label={t("sessions.search")}
              type="search"
              value={search}
              className="[&_input]:pl-10"
              onChange={(event) => {
                setSearch(event.target.value);
                setPage(1);
              }}
            />
            <Search className="pointer-events-none absolute bottom-3.5 left-3.5 size-4 text-muted" aria-hidden="true" />
          </div>
          <SelectField
            label={t("sessions.type")}
            value={type}
            onChange={(event) => {
              setType(event.target.value as SessionType | "");
              setPage(1);
            }}
            options={[{ value: "", label: t("sessions.allTypes") }, ...TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))]}
          />
        </div>
      )}
      {sessions.isPending && (
        <div className={GRID} role="status" aria-label={t("state.loading")}>
          {[0, 1, 2].map((n) => (
            <Skeleton key={n} className="h-80 rounded-card" />
          ))}
        </div>
      )}
      {sessions.isError && <ErrorState error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data && sessions.data.items.length === 0 && <Empty filtered={filtered} clear={clear} />}
      {sessions.data && sessions.data.items.length > 0 && (
        <>
          <Grid sessions={sessions.data.items} />
          <Pager page={sessions.data.page} pages={sessions.data.pages} go={setPage} />
        </>
      )}
    </>
  );
}
