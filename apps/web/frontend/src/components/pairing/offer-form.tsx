import clsx from "clsx";
import { QrCode } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceType, PairingInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useMe } from "@/hooks/use-account";
import { usePlayers } from "@/hooks/use-players";
import { DEVICE_ICONS, DEVICE_TYPES } from "./kinds";

const MAY_PAIR = new Set(["owner", "coach"]);
const PLACES = ["1", "2", "4", "8"];

interface OfferFormProps {
  busy: boolean;
  error: unknown;
  onMake: (input: PairingInput) => void;
}

/** What is to be paired, for which team, and for how many devices the code is good. */
export function OfferForm({ busy, error, onMake }: OfferFormProps) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const players = usePlayers();
  const errorText = useErrorText();
  const teams = (me?.memberships ?? []).filter(({ role }) => MAY_PAIR.has(role)).map(({ team }) => team);
  const [type, setType] = useState<DeviceType>("mobile");
  const [team, setTeam] = useState(teams[0]?.id ?? "");
  const [player, setPlayer] = useState("");
  const [places, setPlaces] = useState("1");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onMake({ device_type: type, team_id: team, max_devices: Number(places), ...(player && { player_id: player }) });
  };
  return (
    <Card className="p-5 sm:p-6">
      <form onSubmit={submit} className="space-y-5">
        {error !== null && <Banner tone="bad">{errorText(error)}</Banner>}
        <fieldset>
          <legend className="mb-2 text-sm font-semibold">{t("pairing.what")}</legend>
          <div className="grid gap-3 sm:grid-cols-3">
            {DEVICE_TYPES.map((value) => {
              const Icon = DEVICE_ICONS[value];
              return (
                <label
                  key={value}
                  className={clsx(
                    "flex cursor-pointer items-start gap-3 rounded-field border p-4",
                    value === type ? "border-accent bg-accent-soft" : "border-line-strong/50 hover:bg-sunken",
                  )}
                >
                  <input type="radio" name="device-type" className="mt-1 accent-accent" checked={value === type} onChange={() => setType(value)} />
                  <span className="min-w-0">
                    <span className="flex items-center gap-2 font-semibold">
                      <Icon className="size-4.5" aria-hidden="true" />
                      {t(`pairing.type.${value}`)}
                    </span>
                    <span className="mt-0.5 block text-sm text-muted">{t(`pairing.typeText.${value}`)}</span>
                  </span>
                </label>
              );
            })}
          </div>
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-3">
          {teams.length > 1 && (
            <SelectField
              label={t("pairing.team")}
              value={team}
              onChange={({ target }) => {
                setTeam(target.value);
                setPlayer("");
              }}
              options={teams.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          <SelectField
            label={t("pairing.player")}
            value={player}
            onChange={({ target }) => setPlayer(target.value)}
            options={[
              { value: "", label: t("calendar.wholeTeam") },
              ...(players.data?.items ?? []).filter(({ team_id }) => team_id === team).map(({ id, display_name }) => ({ value: id, label: display_name })),
            ]}
          />
          <SelectField
            label={t("pairing.places")}
            value={places}
            onChange={({ target }) => setPlaces(target.value)}
            options={PLACES.map((value) => ({ value, label: value }))}
          />
        </div>
        <Button type="submit" look="primary" busy={busy}>
          <QrCode className="size-4" aria-hidden="true" />
          {t("pairing.make")}
        </Button>
      </form>
    </Card>
  );
}
