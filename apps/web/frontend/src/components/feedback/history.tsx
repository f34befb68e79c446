import { CircleAlert, CircleCheck, Clock3, LoaderCircle, MessageSquareText, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FeedbackFilters } from "@/api/feedback";
import type { Feedback } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useFeedbackList } from "@/hooks/use-feedback";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";

const STATUS: Record<Feedback["status"], LucideIcon> = {
  queued: Clock3,
  running: LoaderCircle,
  completed: CircleCheck,
  failed: CircleAlert,
};

function Row({ item }: { item: Feedback }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const Icon = STATUS[item.status];
  return (
    <Link to={`/feedback/${item.id}`} className="block rounded-field px-3 py-3 hover:bg-sunken">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{item.player?.display_name ?? t("feedback.history.team")}</span>
        <Tag>{t(`feedback.type.${item.feedback_type}`)}</Tag>
        <span className="text-sm text-muted">{formatDate(item.created_at, language, timeZone)}</span>
        {item.status !== "completed" && (
          <span className="inline-flex items-center gap-1 text-sm font-semibold text-muted">
            <Icon className="size-4" aria-hidden="true" />
            {t(`feedback.status.${item.status}`)}
          </span>
        )}
      </span>
      <span className="mt-1 line-clamp-2 text-[0.95rem] text-muted">{item.summary || item.question}</span>
    </Link>
  );
}

/** What was written before, newest first. */
export function History({ filters, canAsk }: { filters: FeedbackFilters; canAsk: boolean }) {
  const { t } = useTranslation();
  const list = useFeedbackList(filters);
  if (list.isPending) return <Skeleton className="h-40" />;
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <EmptyState icon={MessageSquareText} title={t("feedback.history.none")}>
        {t(canAsk ? "feedback.history.noneText" : "feedback.history.noneShared")}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="-mx-3 divide-y divide-line">
        {items.map((item) => (
          <li key={item.id}>
            <Row item={item} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("feedback.history.more")}
        </Button>
      )}
    </>
  );
}
