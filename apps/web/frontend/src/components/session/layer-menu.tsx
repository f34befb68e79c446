import { Switch } from "radix-ui";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Popover } from "@/components/popover";
import { LAYERS, type Layers } from "@/overlay/draw";

interface LayerMenuProps {
  trigger: ReactNode;
  layers: Layers;
  onLayers: (layers: Layers) => void;
}

function LayerSwitch({ name, on, onChange }: { name: keyof Layers; on: boolean; onChange: (on: boolean) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="flex min-h-10 items-center justify-between gap-4">
      <label htmlFor={id} className="font-medium">
        {t(`video.layer.${name}`)}
      </label>
      <Switch.Root
        id={id}
        checked={on}
        onCheckedChange={onChange}
        className="h-6 w-11 rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-on-accent" />
      </Switch.Root>
    </div>
  );
}

/** Which layers lie over the film. */
export default function LayerMenu({ trigger, layers, onLayers }: LayerMenuProps) {
  const { t } = useTranslation();
  return (
    <Popover label={t("video.layers")} trigger={trigger}>
      {LAYERS.map((name) => (
        <LayerSwitch key={name} name={name} on={layers[name]} onChange={(on) => onLayers({ ...layers, [name]: on })} />
      ))}
    </Popover>
  );
}
