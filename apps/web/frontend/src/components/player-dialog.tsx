import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm, type Control } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod/mini";
import type { Player } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { MeasureField } from "@/components/measure-field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useMe } from "@/hooks/use-account";
import { useSavePlayer } from "@/hooks/use-players";
import { usePreferences } from "@/hooks/use-preferences";
import { formatMeasure, type Measure } from "@/units/measures";

const POSITIONS = ["goalkeeper", "defender", "midfielder", "forward"] as const;
const FEET = ["left", "right", "both"] as const;

const HEIGHT_CM = [50, 250] as const;
const WEIGHT_KG = [10, 200] as const;

/** An empty field is no number, not zero: what nobody entered stays unknown. */
const optionalNumber = (low: number, high: number, message: string) =>
  z.pipe(
    z.pipe(z.string(), z.transform((text) => (text.trim() === "" ? null : Number(text.replace(",", "."))))),
    z.nullable(z.number(message).check(z.minimum(low, message), z.maximum(high, message))),
  );

const schema = z.object({
  team_id: z.string(),
  first_name: z.string().check(z.trim(), z.minLength(1, "form.firstName")),
  last_name: z.string().check(z.trim()),
  position: z.enum(["", ...POSITIONS]),
  dominant_foot: z.enum(["", ...FEET]),
  date_of_birth: z.pipe(z.string(), z.transform((text) => text || null)),
  jersey_number: optionalNumber(1, 99, "form.number"),
  height_cm: optionalNumber(...HEIGHT_CM, "form.height"),
  weight_kg: optionalNumber(...WEIGHT_KG, "form.weight"),
});

type Fields = z.input<typeof schema>;
type Values = z.output<typeof schema>;
type FormKey = "form.firstName" | "form.number" | "form.height" | "form.weight";

const asText = (value: number | null | undefined) => (value == null ? "" : String(value));

function fieldsOf(player: Player | null, teamId: string): Fields {
  return {
    team_id: player?.team_id ?? teamId,
    first_name: player?.first_name ?? "",
    last_name: player?.last_name ?? "",
    position: player?.position ?? "",
    dominant_foot: player?.dominant_foot ?? "",
    date_of_birth: player?.date_of_birth ?? "",
    jersey_number: asText(player?.jersey_number),
    height_cm: asText(player?.height_cm),
    weight_kg: asText(player?.weight_kg),
  };
}

interface BodyFieldProps {
  control: Control<Fields, unknown, Values>;
  name: "height_cm" | "weight_kg";
  measure: Measure;
  label: string;
  error: string | undefined;
}

function BodyField({ control, name, ...rest }: BodyFieldProps) {
  return <Controller control={control} name={name} render={({ field }) => <MeasureField {...rest} {...field} />} />;
}

/** Add a player (null) or change one. */
export function PlayerDialog({ player, onClose }: { player: Player | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const save = useSavePlayer(player?.id ?? null);
  const notify = useNotify();
  const errorText = useErrorText();
  const unknown = { value: "", label: t("players.feet.none") };
  const teams = me?.memberships.map(({ team }) => team) ?? [];
  const { units, language } = usePreferences();
  const { register, control, handleSubmit, formState } = useForm<Fields, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: fieldsOf(player, teams[0]?.id ?? ""),
  });
  const error = (name: keyof Fields) => {
    const key = formState.errors[name]?.message;
    const [[low, high], measure] = name === "weight_kg" ? [WEIGHT_KG, "mass_kg" as const] : [HEIGHT_CM, "height_cm" as const];
    const told = (value: number) => formatMeasure(value, measure, units, language);
    return key && t(key as FormKey, { low: told(low), high: told(high) });
  };
  const submit = ({ team_id, ...values }: Values) => {
    save.mutate(player ? values : { ...values, team_id }, {
      onSuccess: () => {
        notify("good", t("players.saved"));
        onClose();
      },
    });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={player ? t("players.edit", { name: player.display_name }) : t("players.new")}>
      <form noValidate onSubmit={handleSubmit(submit)} className="grid grid-cols-2 gap-4">
        {save.isError && <Banner tone="bad" className="col-span-2">{errorText(save.error)}</Banner>}
        {!player && teams.length > 1 && (
          <SelectField className="col-span-2" label={t("players.team")} options={teams.map(({ id, name }) => ({ value: id, label: name }))} {...register("team_id")} />
        )}
        <TextField label={t("players.firstName")} autoComplete="off" error={error("first_name")} {...register("first_name")} />
        <TextField label={t("players.lastName")} autoComplete="off" {...register("last_name")} />
        <TextField label={t("players.dateOfBirth")} type="date" {...register("date_of_birth")} />
        <TextField label={t("players.number")} inputMode="numeric" error={error("jersey_number")} {...register("jersey_number")} />
        <SelectField
          label={t("players.position")}
          options={[unknown, ...POSITIONS.map((value) => ({ value, label: t(`players.positions.${value}`) }))]}
          {...register("position")}
        />
        <SelectField
          label={t("players.foot")}
          options={[unknown, ...FEET.map((value) => ({ value, label: t(`players.feet.${value}`) }))]}
          {...register("dominant_foot")}
        />
        <BodyField control={control} name="height_cm" measure="height_cm" label={t("players.height")} error={error("height_cm")} />
        <BodyField control={control} name="weight_kg" measure="mass_kg" label={t("players.weight")} error={error("weight_kg")} />
        <Button type="submit" look="primary" busy={save.isPending} className="col-span-2 mt-2">
          {t("action.save")}
        </Button>
      </form>
    </Dialog>
  );
}
