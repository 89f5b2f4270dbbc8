import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The family that text of pictures is set in, whatever fonts the machine has: same input, same bytes. */
export const TEXT_FAMILY = 'Inter';

/** Paths of the font's files. Latin, Greek and Cyrillic letters are in them. */
export const textFontPaths = (): { regular: string; semiBold: string } => ({
  regular: require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  semiBold: require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
});

/** Whether text has letters that the font lacks, such as Chinese ones. */
export const needsOtherFonts = (text: string): boolean =>
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]|\p{Emoji_Presentation}/u.test(
    text,
  );
