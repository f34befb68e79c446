import { ArrowUpRight, Circle, Minus, Pencil, Square, Type, Undo2, type LucideIcon } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { COLOURS, TOOLS, type ColourName, type Tool } from "@/drawings/strokes";

const ICONS: Record<Tool, LucideIcon> = { pen: Pencil, arrow: ArrowUpRight, line: Minus, ellipse: Circle, rectangle: Square, text: Type };

export interface Choice {
  tool: Tool;
  colour: ColourName;
  words: string;
  caption: string;
}

interface ToolsProps {
  choice: Choice;
  onChoice: (next: Partial<Choice>) => void;
  count: number;
  busy: boolean;
  onUndo: () => void;
  onSave: () => void;
  onCancel: () => void;
}

/** What to draw with; it stands below the picture, which is left free. */
export function DrawingTools({ choice, onChoice, count, busy, onUndo, onSave, onCancel }: ToolsProps) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("drawing.title")} className="space-y-3 border-b border-line bg-sunken px-3 py-3 sm:px-4">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <RadioGroup.Root value={choice.tool} onValueChange={(tool) => onChoice({ tool: tool as Tool })} aria-label={t("drawing.tool")} className="flex">
          {TOOLS.map((tool) => {
            const Icon = ICONS[tool];
            return (
              <RadioGroup.Item
                key={tool}
                value={tool}
                aria-label={t(`drawing.tools.${tool}`)}
                title={t(`drawing.tools.${tool}`)}
                className="grid size-10 place-items-center rounded-field text-muted hover:bg-surface hover:text-ink data-[state=checked]:bg-accent data-[state=checked]:text-on-accent"
              >
                <Icon className="size-5" aria-hidden="true" />
              </RadioGroup.Item>
            );
          })}
        </RadioGroup.Root>
        <RadioGroup.Root value={choice.colour} onValueChange={(colour) => onChoice({ colour: colour as ColourName })} aria-label={t("drawing.colour")} className="flex gap-1">
          {(Object.keys(COLOURS) as ColourName[]).map((colour) => (
            <RadioGroup.Item
              key={colour}
              value={colour}
              aria-label={t(`drawing.colours.${colour}`)}
              title={t(`drawing.colours.${colour}`)}
              className="grid size-9 place-items-center rounded-full border-2 border-transparent data-[state=checked]:border-ink"
            >
              <span className="size-6 rounded-full border border-line-strong" style={{ background: COLOURS[colour] }} />
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <Button look="quiet" size="sm" disabled={count === 0} onClick={onUndo}>
          <Undo2 className="size-4" aria-hidden="true" />
          {t("drawing.undo")}
        </Button>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {choice.tool === "text" && (
          <TextField className="w-44" label={t("drawing.words")} maxLength={200} value={choice.words} onChange={(event) => onChoice({ words: event.target.value })} />
        )}
        <TextField
          className="min-w-44 flex-1"
          label={t("drawing.caption")}
          placeholder={t("drawing.captionExample")}
          maxLength={500}
          value={choice.caption}
          onChange={(event) => onChoice({ caption: event.target.value })}
        />
        <Button look="primary" disabled={count === 0} busy={busy} onClick={onSave}>
          {t("drawing.save")}
        </Button>
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
      </div>
      <p role="status" className="text-sm text-muted">
        {t(choice.tool === "text" ? (choice.words.trim() ? "drawing.place" : "drawing.wordsFirst") : "drawing.hint")}
      </p>
    </section>
  );
}
