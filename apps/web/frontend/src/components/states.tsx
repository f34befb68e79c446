/** The states every page has beside its content: loading, failed, empty. */
import { CloudOff, LockKeyhole, SearchX, ServerCrash, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button } from "./button";
import { LogoMark } from "./logo";

export function Loading({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-60 flex-col items-center justify-center gap-3 text-muted" role="status">
      <LogoMark className="size-12 animate-pulse" />
      <span className="text-sm">{label ?? t("state.loading")}</span>
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div className={`animate-pulse rounded-field bg-sunken ${className ?? ""}`} aria-hidden="true" />;
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center rounded-card border border-dashed border-line-strong/60 px-6 py-14 text-center">
      <span className="mb-4 grid size-14 place-items-center rounded-full bg-accent-soft text-accent-ink">
        <Icon className="size-7" aria-hidden="true" />
      </span>
      <h2 className="text-xl font-semibold">{title}</h2>
      {children && <div className="mt-2 max-w-md text-muted">{children}</div>}
      {action && <div className="mt-6">{action}</div>}
    </div>
  );
}

function describe(error: unknown) {
  if (error instanceof ApiError) {
    if (error.unreachable) return { icon: CloudOff, key: "unreachable" } as const;
    if (error.status === 403) return { icon: LockKeyhole, key: "denied" } as const;
    if (error.status === 404) return { icon: SearchX, key: "missing" } as const;
  }
  return { icon: ServerCrash, key: "broken" } as const;
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const { icon, key } = describe(error);
  const api = error instanceof ApiError ? error : null;
  return (
    <div role="alert">
      <EmptyState
        icon={icon}
        title={t(`state.${key}.title`)}
        action={retry && <Button onClick={retry}>{t("action.tryAgain")}</Button>}
      >
        <p>{api?.message && key === "broken" ? api.message : t(`state.${key}.text`)}</p>
        {api?.requestId && <p className="mt-2 text-sm">{t("state.reference", { id: api.requestId })}</p>}
      </EmptyState>
    </div>
  );
}

/** The sentence to show for a failed action. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof ApiError && error.message) {
      return [error.message, ...error.details].join(" ");
    }
    return t(`state.${describe(error).key}.text`);
  };
}
