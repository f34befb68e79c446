import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EntryKind, EntryOf } from "@/api/entries";
import type { Units } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useEntries, useRemoveEntry } from "@/hooks/use-entries";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate, formatDay } from "@/units/format";
import { amountOf } from "@/units/measures";
import { FIELDS, type EntryField } from "./entry-fields";
import { EntryForm } from "./entry-form";
import { useFieldName } from "./field-names";

type Entry = EntryOf[EntryKind];

function useCell(units: Units): (field: EntryField, entry: Entry) => string {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (field, entry) => {
    const value = (entry as unknown as Record<string, unknown>)[field.name];
    if (value === null || value === "" || value === undefined) return "–";
    if (field.type === "date") return formatDay(String(value), language);
    if (field.type === "moment") return formatDate(String(value), language, timeZone);
    if (field.type === "yesno") return t(value ? "entry.yes" : "entry.no");
    if (field.type === "choice") return t(`entry.choices.${String(value) as "mss" | "mas"}`);
    if (typeof value === "number") return field.measure ? amountOf(value, field.measure, units, language) : number.format(value);
    return String(value);
  };
}

interface ActionsProps {
  kind: EntryKind;
  playerId: string;
  entry: Entry;
  label: string;
}

function Actions({ kind, playerId, entry, label, mayDelete }: ActionsProps & { mayDelete: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"change" | "delete" | null>(null);
  const remove = useRemoveEntry(kind, playerId);
  const notify = useNotify();
  const errorText = useErrorText();
  const close = () => setOpen(null);
  return (
    <span className="flex justify-end">
      <Button look="quiet" size="icon" aria-label={t("entry.change", { what: label })} onClick={() => setOpen("change")}>
        <Pencil className="size-4" aria-hidden="true" />
      </Button>
      {mayDelete && (
        <Button look="quiet" size="icon" aria-label={t("entry.delete", { what: label })} onClick={() => setOpen("delete")}>
          <Trash2 className="size-4" aria-hidden="true" />
        </Button>
      )}
      <Dialog open={open === "change"} onOpenChange={close} title={t("entry.change", { what: label })}>
        <EntryForm kind={kind} playerId={playerId} entry={entry} onDone={close} />
      </Dialog>
      <Dialog open={open === "delete"} onOpenChange={close} title={t("entry.delete", { what: label })} description={t("entry.deleteText")}>
        <Button
          look="danger"
          busy={remove.isPending}
          onClick={() => remove.mutate(entry.id, { onSuccess: close, onError: (error) => notify("bad", errorText(error)) })}
        >
          {t("action.delete")}
        </Button>
      </Dialog>
    </span>
  );
}

interface EntryHistoryProps {
  kind: EntryKind;
  playerId: string;
  mayChange: boolean;
  mayDelete?: boolean;
  empty: string;
}

/** What was entered so far, the newest first, with who entered it. */
export function EntryHistory({ kind, playerId, mayChange, mayDelete = mayChange, empty }: EntryHistoryProps) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const entries = useEntries(kind, playerId);
  const nameOf = useFieldName(units);
  const cell = useCell(units);
  if (entries.isPending) return <Skeleton className="h-24" />;
  if (entries.isError) return <ErrorState error={entries.error} retry={() => void entries.refetch()} />;
  const rows: readonly Entry[] = entries.data.items;
  if (rows.length === 0) return <p className="text-muted">{empty}</p>;
  const fields = FIELDS[kind];
  return (
    <div className="max-h-96 overflow-auto rounded-field border border-line" tabIndex={0} role="region" aria-label={t("entry.history")}>
      <table className="w-full text-left text-sm">
        <thead className="sticky top-0 z-1 bg-sunken text-xs text-muted">
          <tr>
            {fields.map((field) => (
              <th key={field.name} scope="col" className="px-3 py-2.5 font-semibold whitespace-nowrap">{nameOf(field)}</th>
            ))}
            <th scope="col" className="px-3 py-2.5 font-semibold">{t("entry.by")}</th>
            {mayChange && <th scope="col"><span className="sr-only">{t("entry.actions")}</span></th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((entry) => (
            <tr key={entry.id} className="border-t border-line">
              {fields.map((field) => (
                <td key={field.name} className={field.name === "notes" ? "max-w-64 min-w-40 px-3 py-2" : "px-3 py-2 whitespace-nowrap"}>
                  {cell(field, entry)}
                </td>
              ))}
              <td className="px-3 py-2 whitespace-nowrap text-muted">{entry.entered_by?.name ?? "–"}</td>
              {mayChange && (
                <td className="px-1">
                  <Actions kind={kind} playerId={playerId} entry={entry} label={cell(fields[0]!, entry)} mayDelete={mayDelete} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
