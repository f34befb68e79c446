import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useDeleteFeedback } from "@/hooks/use-feedback";

/** A text that is to be gone, for those with whom it was shared as well. */
export function DeleteFeedback({ id }: { id: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteFeedback(id);
  const navigate = useNavigate();
  const notify = useNotify();
  const errorText = useErrorText();
  const go = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        notify("good", t("feedback.delete.done"));
        void navigate("/feedback", { replace: true });
      },
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <>
      <Button look="quiet" size="icon" aria-label={t("feedback.delete.action")} onClick={() => setAsking(true)}>
        <Trash2 className="size-4.5" aria-hidden="true" />
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={t("feedback.delete.title")} description={t("feedback.delete.text")}>
        <div className="flex gap-3">
          <Button look="danger" busy={remove.isPending} onClick={go}>
            {t("action.delete")}
          </Button>
          <Button onClick={() => setAsking(false)}>{t("action.cancel")}</Button>
        </div>
      </Dialog>
    </>
  );
}
