/** A pitch seen from the stand with one run drawn on it: the product in one picture. Decorative. */
export function PitchArt({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 800 900" preserveAspectRatio="xMidYMid slice" className={className} aria-hidden="true" fill="none">
      <g stroke="#ffffff" strokeOpacity="0.09" strokeWidth="2.500">
        <path d="M-60 820 170 250H700L1010 820Z" />
        <path d="M435 250 475 820" />
        <ellipse cx="450" cy="470" rx="112" ry="62" />
        <path d="M47 555 129 350h92l-62 205Z" />
        <path d="M866 555 754 350h-88l78 205Z" />
      </g>
      <path
        d="M150 420C230 440 270 350 350 340s120 90 190 60 60-130 170-112"
        stroke="#ff7fa8"
        strokeWidth="4"
        strokeLinecap="round"
        strokeDasharray="2 13"
      />
      <g>
        <circle cx="150" cy="420" r="7" fill="#ff7fa8" fillOpacity="0.35" />
        <circle cx="350" cy="340" r="8" fill="#ff7fa8" fillOpacity="0.6" />
        <circle cx="540" cy="400" r="9" fill="#ff7fa8" fillOpacity="0.8" />
        <circle cx="710" cy="288" r="11" fill="#ff7fa8" />
        <circle cx="710" cy="288" r="20" stroke="#ff7fa8" strokeOpacity="0.5" strokeWidth="2" />
      </g>
    </svg>
  );
}
