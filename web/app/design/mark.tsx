// The mark of the site: a sealed sheet whose seal is a ring of facts. Country emblems are law and stay with the countries.

/** Decoration beside the name, so hidden from readers of the screen. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="30" height="30" rx="7" className="mark-ground" />
      <path
        d="M9 23V9.5l14 13V9"
        fill="none"
        className="mark-line"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
