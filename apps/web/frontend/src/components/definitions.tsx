import { usePreferences } from "@/hooks/use-preferences";
import { useKpiCatalogue } from "@/hooks/use-scan";
import { toldIn } from "@/units/measures";

/** What figures mean, one after the other, in the catalogue's words and the reader's units. */
export function Definitions({ keys }: { keys: readonly string[] }) {
  const { units, language } = usePreferences();
  const { data: catalogue } = useKpiCatalogue();
  return (
    <dl className="space-y-2.5">
      {keys.map((key) => {
        const entry = catalogue?.find((one) => one.key === key);
        return (
          entry && (
            <div key={key}>
              <dt className="font-semibold">{entry.name}</dt>
              <dd>{toldIn(entry.definition, units, language)}</dd>
            </div>
          )
        );
      })}
    </dl>
  );
}
