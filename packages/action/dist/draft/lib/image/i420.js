export function i420Size(width, height) {
    return (width * height * 3) / 2;
}
