import clsx from "clsx";
import { Star } from "lucide-react";
import { useId, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Feedback } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { TextArea } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useRate } from "@/hooks/use-feedback";

const STARS = [1, 2, 3, 4, 5] as const;

/** One to five, with words; rating again replaces it. */
export function Rating({ feedback }: { feedback: Feedback }) {
  const { t } = useTranslation();
  const rate = useRate(feedback.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const group = useId();
  const own = feedback.my_rating;
  const [rating, setRating] = useState(own?.rating ?? 0);
  const [notes, setNotes] = useState(own?.notes ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rate.mutate({ rating, notes: notes.trim() }, { onSuccess: () => notify("good", t("feedback.rate.done")) });
  };
  return (
    <Card className="p-5">
      <form onSubmit={submit} className="space-y-3">
        <fieldset>
          <legend className="font-semibold">{t("feedback.rate.title")}</legend>
          <div className="mt-1 -ml-2 flex">
            {STARS.map((value) => (
              <label key={value} className="grid size-11 cursor-pointer place-items-center rounded-field has-focus-visible:outline-2 has-focus-visible:outline-accent">
                <input type="radio" name={group} className="sr-only" checked={rating === value} onChange={() => setRating(value)} />
                <Star className={clsx("size-7", value <= rating ? "fill-accent text-accent" : "text-line-strong")} aria-hidden="true" />
                <span className="sr-only">
                  {t("feedback.rate.value", { count: value })}
                  {value === 1 && `, ${t("feedback.rate.worst")}`}
                  {value === STARS.length && `, ${t("feedback.rate.best")}`}
                </span>
              </label>
            ))}
          </div>
          {own && <p className="text-sm text-muted">{t("feedback.rate.again", { count: own.rating })}</p>}
        </fieldset>
        {rating > 0 && (
          <>
            <TextArea label={t("feedback.rate.notes")} rows={2} maxLength={2000} value={notes} onChange={({ target }) => setNotes(target.value)} />
            {rate.isError && <Banner tone="bad">{errorText(rate.error)}</Banner>}
            <Button type="submit" size="sm" busy={rate.isPending}>
              {t("feedback.rate.send")}
            </Button>
          </>
        )}
      </form>
    </Card>
  );
}
