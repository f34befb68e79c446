import { MessageSquareText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Player } from "@/api/types";
import { ButtonLink } from "@/components/button";
import { Card } from "@/components/card";
import { History } from "@/components/feedback/history";
import { useCanEdit } from "@/hooks/use-account";

/** What was written about the player, newest first. */
export default function FeedbackTab({ player }: { player: Player }) {
  const { t } = useTranslation();
  const canEdit = useCanEdit(player.team_id);
  return (
    <Card className="p-5 md:p-6">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-xl font-semibold">{t("feedback.history.title")}</h2>
        {canEdit && (
          <ButtonLink to={`/feedback?player=${player.id}`} size="sm" look="primary">
            <MessageSquareText className="size-4" aria-hidden="true" />
            {t("feedback.ask.title")}
          </ButtonLink>
        )}
      </div>
      <History filters={{ player_id: player.id }} canAsk={canEdit} />
    </Card>
  );
}
