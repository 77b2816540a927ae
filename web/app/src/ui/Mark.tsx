/** The product's mark: two people and the line between them. The favicon is the same drawing. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#2f54d6" />
      <path d="M10 16h8.5" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="9.2" cy="16" r="3.7" fill="#fff" />
      <circle cx="22.3" cy="16" r="3.6" fill="none" stroke="#fff" strokeWidth="2.6" />
    </svg>
  );
}
